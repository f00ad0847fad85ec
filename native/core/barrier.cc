#include "core/barrier.h"

#include "core/block.h"

namespace heddle::core {
namespace {

constexpr uint32_t kAll = UINT32_MAX;

}  // namespace

bool Barrier::IsReleaserDead() const {
  if ((state_.word.value.load() & BarrierCell::kReleasing) == 0) return false;
  HolderId releaser = state_.releaser.load();
  return scope_ == Scope::kPrivate ? IsHolderDead(releaser) : IsSharedHolderGone(releaser);
}

/// Whether somebody was killed before he had sent all away: no one waits at a barrier that is
/// broken.
bool Barrier::IsLeftToBreak() const {
  return (state_.word.value.load() & BarrierCell::kBroken) || IsReleaserDead();
}

/// Releases everybody, and sets the word. Called with the list's guard held. The word was such
/// before that whoever is left over finds it broken if this is cut short.
void Barrier::Finish(WaiterList& list, uint32_t word, uint32_t as) {
  list.Release(kAll, as);
  uint32_t before = state_.word.value.exchange(word);
  if (before & BarrierCell::kWaiters) Wake(state_.word, os::kEverybody, scope_);
}

void Barrier::Break(WaiterList& list) {
  state_.word.value.fetch_or(BarrierCell::kBroken);
  Finish(list, BarrierCell::kBroken, WaiterCell::kBroken);
}

Barrier::Arrival Barrier::TryArrive(Cell& waiter, HolderId holder) {
  WaiterList list(cell_, scope_);
  uint32_t seen = state_.word.value.load();
  if (seen & BarrierCell::kBroken) return {Attempt::Failed(Outcome::kBroken)};
  if (seen & BarrierCell::kReleasing) {
    if (!IsReleaserDead()) {
      state_.word.value.store(seen | BarrierCell::kWaiters);
      return {Attempt::Sleep(seen | BarrierCell::kWaiters)};
    }
    Break(list);
    return {Attempt::Failed(Outcome::kBroken)};
  }
  uint32_t index = list.count();
  if (index + 1 < state_.parties.load()) {
    list.Append(waiter, holder);
    return {Attempt::Done(), index};
  }
  BeginRelease(holder);
  return {Attempt::Done(), index, true, Round()};
}

/// Until it has released all: should it be killed, the others find that.
void Barrier::BeginRelease(HolderId holder) {
  state_.releaser.store(holder);
  state_.round.fetch_add(1);
  uint32_t seen = state_.word.value.load();
  while (!state_.word.value.compare_exchange_weak(
      seen, (seen & BarrierCell::kWaiters) | BarrierCell::kReleasing)) {
  }
}

Attempt Barrier::TryEnter() {
  uint32_t seen = state_.word.value.load();
  for (;;) {
    bool is_open = (seen & BarrierCell::kBroken) || !(seen & BarrierCell::kReleasing);
    if (is_open || IsReleaserDead()) return Attempt::Done();
    if (seen & BarrierCell::kWaiters) return Attempt::Sleep(seen);
    if (state_.word.value.compare_exchange_weak(seen, seen | BarrierCell::kWaiters)) {
      return Attempt::Sleep(seen | BarrierCell::kWaiters);
    }
  }
}

bool Barrier::Open(HolderId holder, uint32_t round) {
  WaiterList list(cell_, scope_);
  uint32_t seen = state_.word.value.load() & (BarrierCell::kBroken | BarrierCell::kReleasing);
  bool ours = seen == BarrierCell::kReleasing && state_.releaser.load() == holder &&
              state_.round.load() == round;
  if (ours) Finish(list, 0, WaiterCell::kReleased);
  return ours;
}

Attempt Barrier::TryPass(Cell& waiter) {
  if (!WaiterCell::Of(waiter).IsReady() && IsLeftToBreak()) {
    WaiterList list(cell_, scope_);
    // Another one may have seen to it, and the next round begun.
    if (IsLeftToBreak()) Break(list);
  }
  return WaiterCell::Of(waiter).TryWait();
}

Outcome Barrier::Leave(Cell& cell) {
  WaiterList list(cell_, scope_);
  WaiterCell& waiter = WaiterCell::Of(cell);
  // Before it is out: should it be killed now, who buries it breaks the barrier. Who was sent away,
  // or put out when it was dead, leaves a barrier that may have been reset since.
  if (waiter.linked.load() != 0 && !waiter.IsReady()) Break(list);
  list.Remove(cell);
  bool passed = waiter.word.value.load() == WaiterCell::kReleased;
  waiter.End();
  return passed ? Outcome::kDone : Outcome::kBroken;
}

void Barrier::Break() {
  WaiterList list(cell_, scope_);
  Break(list);
}

void Barrier::Abandon(uint32_t place, HolderId thread) {
  if ((state_.word.value.load() & BarrierCell::kReleasing) == 0) return;
  WaiterList list(cell_, scope_);
  if ((state_.word.value.load() & BarrierCell::kReleasing) &&
      IsSharedHolder(state_.releaser.load(), place, thread)) {
    Break(list);
  }
}

void Barrier::Reset(HolderId holder) {
  WaiterList list(cell_, scope_);
  // As whoever opens it: should we be killed now, it is broken.
  BeginRelease(holder);
  Finish(list, 0, WaiterCell::kBroken);
}

Outcome Barrier::Wait(Cell& cell, HolderId holder, bool opens, int64_t deadline, Parker& parker,
                      Arrival* arrival) {
  // While the last round's action runs nobody can come in: that is no part of the wait.
  Outcome outcome = Block(word(), scope_, os::kForever, parker, [&](bool) {
    *arrival = TryArrive(cell, holder);
    return arrival->attempt;
  });
  if (outcome != Outcome::kDone) return outcome;
  if (arrival->is_last) {
    if (!opens || Open(holder, arrival->round)) return outcome;
    return Outcome::kBroken;
  }
  WaiterCell& waiter = WaiterCell::Of(cell);
  outcome = Block(
      waiter.word, scope_, deadline, parker, [&](bool) { return TryPass(cell); },
      [&] { return waiter.IsReady(); });
  Outcome left = Leave(cell);
  return outcome == Outcome::kInterrupted || outcome == Outcome::kStopping ? outcome : left;
}

}  // namespace heddle::core
