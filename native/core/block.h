#pragma once

#include <utility>

#include "core/parker.h"
#include "core/wait_word.h"

namespace heddle::core {

/// Makes attempts until one succeeds or fails, the deadline passes or the wait is interrupted,
/// asleep in between. `attempt(bool waited)` returns an Attempt; `waited` tells it that this
/// thread has been asleep, so that others may still be.
///
/// `deadline` is in monotonic nanoseconds: 0 means one attempt only, os::kForever no end.
template <class Try>
Outcome Block(WaitWord& word, Scope scope, int64_t deadline, Parker& parker, Try&& attempt) {
  Attempt first = attempt(false);
  if (first.outcome != Outcome::kWait) return first.outcome;
  if (deadline == 0) return Outcome::kTimedOut;

  ParkSession session(parker);
  Attempt last = first;
  for (;;) {
    Outcome slept = session.Sleep(word.value, last.sleep_on, scope, deadline);
    bool interrupted = slept == Outcome::kInterrupted || slept == Outcome::kStopping;
    // Whoever was told to stop takes nothing any more: no JavaScript would see what it took.
    Outcome interruption = interrupted ? slept : parker.Interruption();
    if (interruption != Outcome::kWait) {
      // We may have consumed a wake-up that was meant for whoever can use it: hand it on.
      Wake(word, 1, scope);
      return interruption;
    }
    last = attempt(true);
    if (last.outcome != Outcome::kWait) return last.outcome;
    if (slept == Outcome::kTimedOut) return slept;
  }
}

/// The same, with a busy wait before the first attempt. `glance()` says, without changing
/// anything, whether an attempt may succeed: as long as a waiter only looks, nobody spends a
/// system call on waking it.
template <class Try, class Glance>
Outcome Block(WaitWord& word, Scope scope, int64_t deadline, Parker& parker, Try&& attempt,
              Glance&& glance) {
  if (!glance()) {
    // In shared memory a process may have died before it brought up to date what we look at; an
    // attempt repairs that.
    if (deadline == 0 && scope == Scope::kPrivate) return Outcome::kTimedOut;
    if (deadline != 0) parker.spin().Until(glance);
  }
  return Block(word, scope, deadline, parker, std::forward<Try>(attempt));
}

}  // namespace heddle::core
