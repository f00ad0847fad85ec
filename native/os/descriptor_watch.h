#pragma once

#include "os/futex.h"
#include "os/result.h"

namespace heddle::os {

/// One thread per process watches descriptors: for threads that are parked in a native wait, and
/// for what must happen while all of JavaScript stands still.

/// Starts it, unless it runs. Fails where the process may have no further thread.
Result<bool> StartWatching();

/// When `descriptor` becomes readable, `word` is incremented and its sleepers are woken.
/// Edge-triggered: readiness that was there before is reported once. Without the thread nothing
/// happens: who waits looks about from time to time all the same.
void WatchDescriptor(int descriptor, Word* word);

/// Ends the watch. A wake-up that was already under way may still touch `word`, which must
/// therefore never be freed.
void UnwatchDescriptor(int descriptor);

/// Calls `callback(context)` on the watching thread, once, when `descriptor` is readable or its
/// other end is closed. This cannot be taken back, so that nobody has to ask whether a call is
/// under way: the descriptor stays open until the call, which may close it. Callbacks are short
/// and never wait for anything.
Result<bool> CallWhenReadable(int descriptor, void (*callback)(void*), void* context);

}  // namespace heddle::os
