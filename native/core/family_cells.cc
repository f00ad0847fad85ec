#include "core/family_cells.h"

#include <cerrno>

namespace heddle::core {

Offset FamilyCells::SlabAt(uint32_t number) const {
  return family_.units_ + family_.header().slabs[number].load() * uint64_t{Family::kUnit};
}

FamilyCells::CellUse& FamilyCells::UseOf(Offset cell) const {
  Offset slab = cell - (cell - family_.units_) % Family::kUnit;
  auto index = static_cast<uint32_t>((cell - slab) / sizeof(Cell) - kFirst);
  return family_.At<CellUse>(slab)[index];
}

os::Result<bool> FamilyCells::AddSlab(uint32_t known) {
  os::Result<Offset> slab = family_.Allocate(Family::kUnit, family_.OwnedHere());
  if (!slab.ok()) return slab.failure();
  Family::Header& header = family_.header();
  header.guard.Lock();
  uint32_t count = header.slab_count.load();
  bool wanted = count == known && count < Family::kMostSlabs;
  if (wanted) {
    header.slabs[count].store(static_cast<uint32_t>(family_.UnitOf(slab.value())));
    family_.Pass(slab.value(), Family::kUnit, Family::kSlabs);
    header.slab_count.store(count + 1);
  }
  header.guard.Unlock();
  if (!wanted) family_.Free(slab.value(), Family::kUnit);
  if (count == Family::kMostSlabs) return os::Failure{ENOMEM, "heddle"};
  return true;
}

os::Result<CellPlace> FamilyCells::Allocate(uint8_t kind) {
  // Where this process found one last; the others look elsewhere as soon as they differ.
  static std::atomic<uint32_t> hint{0};
  for (;;) {
    uint32_t slabs = family_.header().slab_count.load();
    uint32_t cells = slabs * kPerSlab;
    uint32_t from = hint.load(std::memory_order_relaxed);
    for (uint32_t looked = 0; looked < cells; ++looked) {
      uint32_t number = (from + looked) % cells;
      Offset cell = CellAt(number / kPerSlab, number % kPerSlab);
      uint32_t free = 0;
      CellUse& use = UseOf(cell);
      if (use.load(std::memory_order_relaxed) != 0) continue;
      if (!use.compare_exchange_strong(free, uint32_t{kind} << 24 | 1)) continue;
      hint.store(number + 1, std::memory_order_relaxed);
      return PlaceOf(cell);
    }
    os::Result<bool> added = AddSlab(slabs);
    if (!added.ok()) return added.failure();
  }
}

void FamilyCells::Release(Offset offset) {
  CellUse& use = UseOf(offset);
  // Only a holder makes another one, so the last is alone with the cell before he lets go of it.
  uint32_t seen = use.load();
  while ((seen & kHolders) != 1) {
    if (use.compare_exchange_weak(seen, seen - 1)) return;
  }
  auto* cell = family_.At<Cell>(offset);
  for (Word& word : cell->extra) word.store(0, std::memory_order_relaxed);
  // Its listeners stay: somebody may be about to leave the line.
  cell->word.value.store(0);
  use.store(0);
}

CellPlace FamilyCells::PlaceOf(Offset cell) {
  Offset slab = cell - (cell - family_.units_) % Family::kUnit;
  auto unit = static_cast<uint32_t>(family_.UnitOf(slab));
  uint32_t number = 0;
  while (family_.header().slabs[number].load() != unit) ++number;
  return {family_.At<Cell>(cell), number, static_cast<uint32_t>((cell - slab) / sizeof(Cell))};
}

os::Mapping FamilyCells::Slab(uint32_t number) {
  return {family_.base() + SlabAt(number), Family::kUnit};
}

}  // namespace heddle::core
