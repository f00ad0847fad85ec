#include "core/parker.h"

#include "os/clock.h"
#include "os/descriptor_watch.h"
#include "os/poll.h"

namespace heddle::core {
namespace {

std::atomic<Housekeeping> g_housekeeping{nullptr};

int64_t Earlier(int64_t deadline, int64_t moment) {
  return deadline != os::kForever && deadline < moment ? deadline : moment;
}

}  // namespace

void SetHousekeeping(Housekeeping work) { g_housekeeping.store(work); }

void KeepHouse() {
  if (Housekeeping work = g_housekeeping.load()) work();
}

int Parker::PokedDescriptor() {
  if (poked_descriptor_.load() < 0) {
    os::Result<int> opened = os::OpenSignalDescriptor();
    if (opened.ok()) poked_descriptor_.store(opened.value());
  }
  return poked_descriptor_.load();
}

void Parker::Poke() {
  poked_.fetch_add(1);
  if (int descriptor = poked_descriptor_.load(); descriptor >= 0) os::SignalDescriptor(descriptor);
  os::FutexWake(poked_, os::kEverybody, Scope::kPrivate);
}

ParkSession::~ParkSession() {
  if (watched_ >= 0) os::UnwatchDescriptor(watched_);
}

Outcome ParkSession::SleepFirst(Word& word, uint32_t expected, Scope scope, int64_t deadline) {
  int64_t end = Earlier(deadline, os::MonotonicNanos() + kFirstSleep);
  if (os::FutexWait(word, expected, scope, end) == os::FutexResult::kTimedOut && end == deadline) {
    return Outcome::kTimedOut;
  }
  return Outcome::kDone;
}

Outcome ParkSession::Sleep(Word& word, uint32_t expected, Scope scope, int64_t deadline) {
  Outcome outcome = SleepOnce(word, expected, scope, deadline);
  pokes_seen_ = parker_.poked_.load();
  return outcome;
}

Outcome ParkSession::SleepOnce(Word& word, uint32_t expected, Scope scope, int64_t deadline) {
  if (!slept_) {
    slept_ = true;
    // Before the first sleep, too: `for (;;) { try { wait() } catch {} }` must end at once.
    if (Outcome outcome = parker_.Interruption(); outcome != Outcome::kWait) return outcome;
    return SleepFirst(word, expected, scope, deadline);
  }

  if (watched_ < 0) {
    watched_ = parker_.PokeDescriptor();
    if (watched_ >= 0) os::WatchDescriptor(watched_, &parker_.poked_);
  }
  // Read before the stop test and the last attempt: a poke after them keeps us from falling asleep.
  uint32_t poked = pokes_seen_;
  if (Outcome outcome = parker_.Interruption(); outcome != Outcome::kWait) return outcome;
  if (word.load() != expected) return Outcome::kDone;

  int64_t now = os::MonotonicNanos();
  if (deadline != os::kForever && now >= deadline) return Outcome::kTimedOut;
  int64_t end = Earlier(deadline, now + (poked != pokes_before_ ? kAlertSlice : kSlice));
  if (os::FutexWaitEither(word, expected, scope, parker_.poked_, poked, end) ==
      os::FutexResult::kTimedOut) {
    KeepHouse();
  }
  return Outcome::kDone;
}

}  // namespace heddle::core
