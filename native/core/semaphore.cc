#include "core/semaphore.h"

#include <algorithm>

namespace heddle::core {

Attempt Semaphore::TryAcquire(bool waited) {
  uint32_t seen = word_.value.load();
  for (;;) {
    if ((seen & kMaxValue) != 0) {
      // Whoever has slept leaves the mark, since others may still sleep …
      uint32_t left = (seen - 1) | (waited ? kWaiters : 0);
      if (!word_.value.compare_exchange_weak(seen, left)) continue;
      // … and hands on what is left: a release that found no mark (the one before it had
      // taken it, and its waiter was not up yet) has woken nobody.
      if (waited && (left & kMaxValue) != 0) Wake(word_, 1, scope_);
      return Attempt::Done();
    }
    if (seen & kWaiters) return Attempt::Sleep(seen);
    if (word_.value.compare_exchange_weak(seen, seen | kWaiters)) {
      return Attempt::Sleep(seen | kWaiters);
    }
  }
}

bool Semaphore::Release(uint32_t count, uint32_t limit) {
  uint32_t seen = word_.value.load();
  do {
    uint32_t value = seen & kMaxValue;
    if (value > limit || count > limit - value) return false;
  } while (!word_.value.compare_exchange_weak(seen, (seen & kMaxValue) + count));
  if (seen & kWaiters) {
    Wake(word_, static_cast<int>(std::min<uint32_t>(count, INT32_MAX)), scope_);
  }
  return true;
}

}  // namespace heddle::core
