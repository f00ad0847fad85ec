#include "core/descriptor_wait.h"

#include "os/clock.h"
#include "os/memory.h"

namespace heddle::core {
namespace {

int64_t Earlier(int64_t deadline, int64_t moment) {
  return deadline != os::kForever && deadline < moment ? deadline : moment;
}

}  // namespace

DescriptorSession::~DescriptorSession() {
  if (watch_ >= 0) os::CloseDescriptor(watch_);
}

Outcome DescriptorSession::SleepUntil(std::vector<os::PollItem>& items, int64_t end,
                                      int64_t deadline) {
  os::Result<size_t> ready = os::PollDescriptors(items, end);
  // That fails only where there is no memory, or there are too many: no wait could go on.
  if (!ready.ok()) return Outcome::kNoMemory;
  if (ready.value() > 0) return Outcome::kDone;
  bool is_over = deadline != os::kForever && os::MonotonicNanos() >= deadline;
  return is_over ? Outcome::kTimedOut : Outcome::kWait;
}

Outcome DescriptorSession::Sleep(std::vector<os::PollItem>& items, int64_t deadline) {
  if (phase_ == Phase::kNew) {
    phase_ = Phase::kSleptOnce;
    // As in ParkSession: a loop around a wait ends, too.
    if (Outcome outcome = parker_.Interruption(); outcome != Outcome::kWait) return outcome;
    return SleepUntil(items, Earlier(deadline, os::MonotonicNanos() + kFirstSleep), deadline);
  }
  if (phase_ == Phase::kSleptOnce) {
    phase_ = Phase::kWatching;
    os::Result<int> watch = os::OpenEdgeWatch(parker_.PokeDescriptor(), parker_.PokedDescriptor());
    // Without it, the slices alone let us look about.
    if (watch.ok()) watch_ = watch.value();
  }
  // After the watch was opened, so that a poke after this keeps us from falling asleep.
  if (Outcome outcome = parker_.Interruption(); outcome != Outcome::kWait) return outcome;

  int64_t end = Earlier(deadline, os::MonotonicNanos() + (alert_ ? kAlertSlice : kSlice));
  if (watch_ < 0) return SleepUntil(items, end, deadline);
  items.push_back({watch_});
  Outcome outcome = SleepUntil(items, end, deadline);
  bool poked = items.back().ready;
  items.pop_back();
  if (outcome == Outcome::kWait) KeepHouse();
  if (!poked) return outcome;
  os::PassEdges(watch_);
  alert_ = true;
  for (const os::PollItem& item : items) {
    if (item.ready) return Outcome::kDone;
  }
  return Outcome::kWait;
}

Outcome WaitForDescriptors(std::vector<os::PollItem>& items, int64_t deadline, Parker& parker) {
  os::Result<size_t> ready = os::PollDescriptors(items, 0);
  if (ready.ok() && ready.value() > 0) return Outcome::kDone;
  if (deadline == 0) return Outcome::kTimedOut;
  DescriptorSession session(parker);
  for (;;) {
    Outcome outcome = session.Sleep(items, deadline);
    if (outcome != Outcome::kWait) return outcome;
  }
}

}  // namespace heddle::core
