#pragma once

#include "os/futex.h"

namespace heddle::os {

/// One thread per process watches descriptors for threads that are parked in a native wait.
/// When `descriptor` becomes readable, `word` is incremented and its sleepers are woken.
/// Edge-triggered: readiness that was there before is reported once.
void WatchDescriptor(int descriptor, Word* word);

/// Ends the watch. A wake-up that was already under way may still touch `word`, which must
/// therefore never be freed.
void UnwatchDescriptor(int descriptor);

}  // namespace heddle::os
