#pragma once

#include <utility>

#include "core/deadlock.h"
#include "core/parker.h"
#include "core/wait_word.h"

namespace heddle::core {

/// Makes attempts until one succeeds or fails, the deadline passes or the wait is interrupted,
/// asleep in between. `attempt(bool waited)` returns an Attempt; `waited` tells it that this
/// thread has been asleep, so that others may still be.
///
/// `deadline` is in monotonic nanoseconds: 0 means one attempt only, os::kForever no end.
/// `long_wait`, which may be null, lets a deadlock end a wait that has no other end.
template <class Try>
Outcome BlockOrDeadlock(WaitWord& word, Scope scope, int64_t deadline, Parker& parker,
                        LongWait* long_wait, Try&& attempt) {
  Attempt first = attempt(false);
  if (first.outcome != Outcome::kWait) return first.outcome;
  if (deadline == 0) return Outcome::kTimedOut;

  ParkSession session(parker);
  Attempt last = first;
  for (;;) {
    // Not before the first sleep, which is short: most waits are over then.
    if (long_wait != nullptr && session.has_slept() && !long_wait->Enter()) {
      Wake(word, 1, scope);
      return Outcome::kDeadlock;
    }
    Outcome slept = session.Sleep(word.value, last.sleep_on, scope, deadline);
    if (long_wait != nullptr) long_wait->Leave();
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

template <class Try>
Outcome Block(WaitWord& word, Scope scope, int64_t deadline, Parker& parker, Try&& attempt) {
  return BlockOrDeadlock(word, scope, deadline, parker, nullptr, std::forward<Try>(attempt));
}

/// The same, with a busy wait before the first attempt. `glance()` says, without changing
/// anything, whether an attempt may succeed: as long as a waiter only looks, nobody spends a
/// system call on waking it.
template <class Try, class Glance>
Outcome Block(WaitWord& word, Scope scope, int64_t deadline, Parker& parker, Try&& attempt,
              Glance&& glance, LongWait* long_wait = nullptr) {
  if (!glance()) {
    // In shared memory a process may have died before it brought up to date what we look at; an
    // attempt repairs that.
    if (deadline == 0 && scope == Scope::kPrivate) return Outcome::kTimedOut;
    if (deadline != 0) parker.spin().Until(glance);
  }
  return BlockOrDeadlock(word, scope, deadline, parker, long_wait, std::forward<Try>(attempt));
}

}  // namespace heddle::core
