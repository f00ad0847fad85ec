#include "core/arena.h"

#include <new>

namespace heddle::core {

Arena& Arena::OfProcess() {
  // Never destroyed: threads use cells until the very end of the process.
  static auto* arena = new Arena;
  return *arena;
}

os::Result<CellPlace> Arena::Allocate() {
  std::lock_guard guard(mutex_);
  if (!free_.empty()) {
    CellPlace place = free_.back();
    free_.pop_back();
    return place;
  }
  if (used_in_last_ == kCellsPerSlab) {
    os::Result<os::Mapping> mapping = os::MapPrivate(kSlabBytes);
    if (!mapping.ok()) return mapping.failure();
    slabs_.push_back(mapping.value());
    used_in_last_ = 0;
  }
  auto slab = static_cast<uint32_t>(slabs_.size() - 1);
  uint32_t index = used_in_last_++;
  std::byte* memory = slabs_[slab].base + size_t{index} * sizeof(Cell);
  return CellPlace{new (memory) Cell, slab, index};
}

void Arena::Free(CellPlace place) {
  for (Word& word : place.cell->extra) word.store(0, std::memory_order_relaxed);
  place.cell->word.value.store(0);
  std::lock_guard guard(mutex_);
  free_.push_back(place);
}

os::Mapping Arena::Slab(uint32_t number) {
  std::lock_guard guard(mutex_);
  return slabs_[number];
}

}  // namespace heddle::core
