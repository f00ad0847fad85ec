#include "core/ring.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

#include "core/family.h"

namespace heddle::core {
namespace {

constexpr uint64_t kSmallest = 4096;
/// An empty ring above this goes back to the smallest size.
constexpr uint64_t kKeepEmpty = 1 << 20;

}  // namespace

Ring::Ring(RingState& state, Scope scope, uint64_t first, uint32_t owner)
    : state_(state),
      scope_(scope),
      base_(scope == Scope::kShared ? Family::Current()->base() : nullptr),
      first_(first),
      owner_(owner) {}

Ring::~Ring() {
  // What is shared goes with its owner's mark.
  if (scope_ == Scope::kPrivate) Free(area());
}

uint64_t Ring::Area(uint64_t place, uint64_t capacity) {
  return place | static_cast<uint64_t>(std::countr_zero(capacity));
}

uint64_t Ring::Allocate(uint64_t capacity) {
  if (scope_ == Scope::kPrivate) {
    void* memory = std::aligned_alloc(64, capacity);
    return memory == nullptr ? 0 : Area(reinterpret_cast<uint64_t>(memory), capacity);
  }
  os::Result<Offset> units = Family::Current()->Allocate(capacity, owner_);
  return units.ok() ? Area(units.value(), capacity) : 0;
}

void Ring::Free(uint64_t area) {
  if (area == first_) return;
  if (scope_ == Scope::kPrivate) {
    std::free(BytesOf(area));
  } else {
    Family::Current()->Free(area & kPlace, CapacityOf(area));
  }
}

bool Ring::Grow(size_t size) {
  uint64_t wanted = area() == 0 ? kSmallest : capacity();
  while (wanted - used() < size) wanted *= 2;
  return Resize(wanted);
}

bool Ring::Resize(uint64_t to) {
  uint64_t old = area();
  uint64_t made = first_ != 0 && to <= CapacityOf(first_) ? first_ : Allocate(to);
  if (made == 0) return false;
  to = CapacityOf(made);
  uint64_t from = CapacityOf(old);
  for (uint64_t at = head(); at < tail();) {
    uint64_t old_place = at & (from - 1);
    uint64_t new_place = at & (to - 1);
    uint64_t run = std::min({from - old_place, to - new_place, tail() - at});
    std::memcpy(BytesOf(made) + new_place, BytesOf(old) + old_place, run);
    at += run;
  }
  // Whoever is killed before this store has left the old area whole, and after it the new one; the
  // other is found by its mark.
  state_.area.store(made, std::memory_order_release);
  if (old != 0) Free(old);
  return true;
}

bool Ring::Covers(uint64_t place) const {
  uint64_t begin = area() & kPlace;
  return place >= begin && place < begin + capacity();
}

void Ring::CopyIn(uint64_t position, const void* bytes, size_t size) {
  if (size == 0) return;
  uint64_t in = area();
  uint64_t place = position & (CapacityOf(in) - 1);
  size_t run = std::min<uint64_t>(size, CapacityOf(in) - place);
  std::memcpy(BytesOf(in) + place, bytes, run);
  if (run < size) std::memcpy(BytesOf(in), static_cast<const std::byte*>(bytes) + run, size - run);
}

void Ring::CopyOut(uint64_t position, void* bytes, size_t size) const {
  if (size == 0) return;
  uint64_t in = area();
  uint64_t place = position & (CapacityOf(in) - 1);
  size_t run = std::min<uint64_t>(size, CapacityOf(in) - place);
  std::memcpy(bytes, BytesOf(in) + place, run);
  if (run < size) std::memcpy(static_cast<std::byte*>(bytes) + run, BytesOf(in), size - run);
}

void Ring::PublishHead(uint64_t head) {
  state_.head.store(head, std::memory_order_release);
  if (head == tail() && capacity() > kKeepEmpty) Resize(kSmallest);
}

}  // namespace heddle::core
