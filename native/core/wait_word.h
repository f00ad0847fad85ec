#pragma once

#include <atomic>
#include <cstdint>

#include "os/futex.h"

namespace heddle::core {

using os::Scope;
using os::Word;

/// The word that a primitive's waiters sleep on, and who listens to it without a thread
/// (promises): how many of this process, or where other processes map it, a bit for each of them
/// (FamilyProcesses::ListenerBit).
struct WaitWord {
  Word value{0};
  Word listeners{0};
};

/// What one look at a primitive came to.
enum class Outcome : uint8_t {
  kDone,         ///< The waiter has what it waited for.
  kWait,         ///< Not yet.
  kTimedOut,     ///< The deadline passed first.
  kInterrupted,  ///< SIGINT arrived for the main thread.
  kStopping,     ///< The thread's environment is being torn down: no JavaScript can run.
  kAbandoned,    ///< A lock's holder died with it.
  kClosed,       ///< The channel is closed and has nothing left.
  kNoMemory,     ///< There is no memory for the message.
  kNotShared,    ///< The message has something that exists in this process only.
  kNotOrdered,   ///< The message's key has no order with that of another.
  kBroken,       ///< The barrier is broken.
  kDeadlock,     ///< The wait would close a circle of threads that wait for each other.
};

/// One attempt: its outcome and, for kWait, the value of the word to sleep on.
struct Attempt {
  Outcome outcome;
  uint32_t sleep_on = 0;

  static Attempt Done() { return {Outcome::kDone}; }
  static Attempt Sleep(uint32_t value) { return {Outcome::kWait, value}; }
  static Attempt Failed(Outcome outcome) { return {outcome}; }
};

/// Wakes up to `count` threads that sleep on `word`, and everybody who listens to it.
/// The caller has changed the word before.
void Wake(WaitWord& word, int count, Scope scope);

}  // namespace heddle::core
