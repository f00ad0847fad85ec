#include "core/lock.h"

namespace heddle::core {

bool Lock::IsReady() const {
  uint32_t seen = word_.value.load(std::memory_order_relaxed);
  return (seen & kHolder) == 0 || (seen & kAbandoned) != 0 || IsDead(seen & kHolder);
}

Attempt Lock::TryAcquire(HolderId holder, bool waited) {
  uint32_t seen = word_.value.load();
  for (;;) {
    if (seen & kAbandoned) return Attempt::Failed(Outcome::kAbandoned);
    if ((seen & kHolder) == 0) {
      // Whoever has slept leaves the mark: others may still sleep, and only one was woken.
      uint32_t taken = holder | (waited ? kWaiters : seen & kWaiters);
      if (word_.value.compare_exchange_weak(seen, taken)) return Attempt::Done();
    } else if (IsDead(seen & kHolder)) {
      if (word_.value.compare_exchange_weak(seen, seen | kAbandoned)) {
        Wake(word_, os::kEverybody, scope_);
        return Attempt::Failed(Outcome::kAbandoned);
      }
    } else if (seen & kWaiters) {
      return Attempt::Sleep(seen);
    } else if (word_.value.compare_exchange_weak(seen, seen | kWaiters)) {
      return Attempt::Sleep(seen | kWaiters);
    }
  }
}

Lock::Released Lock::Release() {
  uint32_t seen = word_.value.load();
  do {
    // Not by exchange: in between, somebody could acquire a lock that only Recover() makes free.
    if (seen & kAbandoned) return Released::kAbandoned;
    if ((seen & kHolder) == 0) return Released::kNotHeld;
  } while (!word_.value.compare_exchange_weak(seen, 0));
  if (seen & kWaiters) Wake(word_, 1, scope_);
  return Released::kReleased;
}

bool Lock::Recover() {
  uint32_t seen = word_.value.load();
  for (;;) {
    bool dead = IsDead(seen & kHolder);
    if (!(seen & kAbandoned) && !dead) return false;
    again_.store(0);
    if (word_.value.compare_exchange_weak(seen, 0)) break;
  }
  Wake(word_, os::kEverybody, scope_);
  return true;
}

}  // namespace heddle::core
