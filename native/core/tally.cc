#include "core/tally.h"

#include <algorithm>

namespace heddle::core {

bool Tally::Add() {
  uint32_t seen = word_.value.load(std::memory_order_relaxed);
  do {
    if ((seen & kMost) == kMost) return false;
  } while (!word_.value.compare_exchange_weak(seen, seen + 1));
  return true;
}

bool Tally::Done(uint32_t count) {
  uint32_t seen = word_.value.load();
  uint32_t left;
  do {
    if ((seen & kMost) < count) return false;
    left = seen - count;
    // At zero the mark goes with the last: everybody is woken, and who waits on marks again.
    if ((left & kMost) == 0) left = 0;
  } while (!word_.value.compare_exchange_weak(seen, left));
  if (left == 0 && (seen & kWaiters)) Wake(word_, os::kEverybody, scope_);
  return true;
}

void Tally::Correct(uint64_t count) {
  // A mark goes with it: who waits on marks again.
  word_.value.store(static_cast<uint32_t>(std::min<uint64_t>(count, kMost)));
  Wake(word_, os::kEverybody, scope_);
}

Attempt Tally::TryZero() {
  // Pairs with the exchange in Done: either it finds our mark, or we find its zero. A count that
  // changes between our look and our sleep makes the sleep return at once, with the mark in place.
  uint32_t seen = word_.value.load();
  for (;;) {
    if ((seen & kMost) == 0) return Attempt::Done();
    if (seen & kWaiters) return Attempt::Sleep(seen);
    if (word_.value.compare_exchange_weak(seen, seen | kWaiters)) {
      return Attempt::Sleep(seen | kWaiters);
    }
  }
}

}  // namespace heddle::core
