#include "core/event.h"

namespace heddle::core {

void Event::Set() {
  uint32_t seen = word_.value.load();
  do {
    if (seen & kFlag) return;
  } while (!word_.value.compare_exchange_weak(seen, ((seen + kOneSet) & ~kWaiters) | kFlag));
  if (seen & kWaiters) Wake(word_, os::kEverybody, scope_);
}

void Event::Clear() { word_.value.fetch_and(~kFlag); }

Attempt Event::TryWait(uint32_t epoch) {
  uint32_t seen = word_.value.load();
  for (;;) {
    if ((seen & kFlag) || seen / kOneSet != epoch) return Attempt::Done();
    if (seen & kWaiters) return Attempt::Sleep(seen);
    if (word_.value.compare_exchange_weak(seen, seen | kWaiters)) {
      return Attempt::Sleep(seen | kWaiters);
    }
  }
}

}  // namespace heddle::core
