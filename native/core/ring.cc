#include "core/ring.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace heddle::core {
namespace {

constexpr uint64_t kSmallest = 4096;
/// An empty ring above this goes back to the smallest size.
constexpr uint64_t kKeepEmpty = 1 << 20;

}  // namespace

Ring::Ring(RingState& state) : state_(state), bytes_(nullptr), reserved_(0) {}

Ring::Ring(RingState& state, os::Mapping memory)
    : state_(state), bytes_(memory.base), reserved_(memory.size) {
  if (capacity() == 0) state_.capacity.store(kSmallest);
}

Ring::~Ring() {
  if (reserved_ == 0) std::free(bytes_);
}

bool Ring::Reserve(size_t size) {
  uint64_t wanted = std::max(capacity(), kSmallest);
  while (wanted - used() < size) wanted *= 2;
  if (wanted == capacity()) return true;
  if (reserved_ != 0 && wanted > reserved_) return false;
  Resize(wanted);
  return true;
}

void Ring::Resize(uint64_t to) {
  uint64_t from = capacity();
  std::byte* target = bytes_;
  if (reserved_ == 0) {
    target = static_cast<std::byte*>(std::malloc(to));
    if (target == nullptr) std::abort();
  }
  // A byte whose place differs under the new capacity lies beyond the old one, where nothing
  // is: the old copy stays whole until the capacity is published.
  for (uint64_t at = head(); at < tail();) {
    uint64_t old_place = at & (from - 1);
    uint64_t new_place = at & (to - 1);
    uint64_t run = std::min({from - old_place, to - new_place, tail() - at});
    if (target + new_place != bytes_ + old_place) {
      std::memcpy(target + new_place, bytes_ + old_place, run);
    }
    at += run;
  }
  if (reserved_ == 0) std::free(std::exchange(bytes_, target));
  state_.capacity.store(to, std::memory_order_release);
  // What is written next may lie where, under the old capacity, messages still are: no
  // compiler may move it up, or whoever is killed in between leaves them torn.
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

void Ring::CopyIn(uint64_t position, const void* bytes, size_t size) {
  if (size == 0) return;
  uint64_t place = position & (capacity() - 1);
  size_t run = std::min<uint64_t>(size, capacity() - place);
  std::memcpy(bytes_ + place, bytes, run);
  std::memcpy(bytes_, static_cast<const std::byte*>(bytes) + run, size - run);
}

void Ring::CopyOut(uint64_t position, void* bytes, size_t size) const {
  if (size == 0) return;
  uint64_t place = position & (capacity() - 1);
  size_t run = std::min<uint64_t>(size, capacity() - place);
  std::memcpy(bytes, bytes_ + place, run);
  std::memcpy(static_cast<std::byte*>(bytes) + run, bytes_, size - run);
}

void Ring::PublishHead(uint64_t head) {
  state_.head.store(head, std::memory_order_release);
  if (reserved_ == 0 && head == tail() && capacity() > kKeepEmpty) Resize(kSmallest);
}

}  // namespace heddle::core
