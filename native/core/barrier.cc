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

/// Releases everybody, and sets the word. Called with the list's guard held.
void Barrier::End(WaiterList& list, uint32_t word, uint32_t as) {
  list.Release(kAll, as);
  uint32_t before = state_.word.value.exchange(word);
  if (before & BarrierCell::kWaiters) Wake(state_.word, os::kEverybody, scope_);
}

Barrier::Arrival Barrier::TryArrive(Cell& waiter, HolderId holder) {
  WaiterList list(cell_, scope_);
  uint32_t seen = state_.word.value.load();
  if (seen & BarrierCell::kReleasing) {
    if (!IsReleaserDead()) {
      state_.word.value.store(seen | BarrierCell::kWaiters);
      return {Attempt::Sleep(seen | BarrierCell::kWaiters)};
    }
    End(list, seen = BarrierCell::kBroken, WaiterCell::kBroken);
  }
  if (seen & BarrierCell::kBroken) return {Attempt::Failed(Outcome::kBroken)};
  uint32_t index = list.count();
  if (index + 1 < state_.parties.load()) {
    list.Append(waiter, holder);
    return {Attempt::Done(), index, false};
  }
  // Until it has let all through: should it be killed, the others find that.
  state_.releaser.store(holder);
  state_.word.value.store(BarrierCell::kReleasing);
  return {Attempt::Done(), index, true};
}

Attempt Barrier::TryEnter() {
  uint32_t seen = state_.word.value.load();
  for (;;) {
    if (!(seen & BarrierCell::kReleasing) || IsReleaserDead()) return Attempt::Done();
    if (seen & BarrierCell::kWaiters) return Attempt::Sleep(seen);
    if (state_.word.value.compare_exchange_weak(seen, seen | BarrierCell::kWaiters)) {
      return Attempt::Sleep(seen | BarrierCell::kWaiters);
    }
  }
}

bool Barrier::Open(HolderId holder) {
  WaiterList list(cell_, scope_);
  bool ours = (state_.word.value.load() & BarrierCell::kReleasing) && state_.releaser == holder;
  if (ours) End(list, 0, WaiterCell::kReleased);
  return ours;
}

Attempt Barrier::TryPass(Cell& waiter) {
  if (IsReleaserDead()) Break();
  return WaiterCell::Of(waiter).TryWait();
}

Outcome Barrier::Leave(Cell& cell) {
  WaiterList list(cell_, scope_);
  uint32_t left = list.Remove(cell);
  if (left == WaiterCell::kReleased) return Outcome::kDone;
  // Who was sent away leaves a barrier that may have been reset since.
  if (left != WaiterCell::kBroken) End(list, BarrierCell::kBroken, WaiterCell::kBroken);
  return Outcome::kBroken;
}

void Barrier::Break() {
  WaiterList list(cell_, scope_);
  End(list, BarrierCell::kBroken, WaiterCell::kBroken);
}

void Barrier::Abandon(uint32_t place, HolderId thread) {
  if ((state_.word.value.load() & BarrierCell::kReleasing) == 0) return;
  WaiterList list(cell_, scope_);
  if ((state_.word.value.load() & BarrierCell::kReleasing) &&
      IsSharedHolder(state_.releaser.load(), place, thread)) {
    End(list, BarrierCell::kBroken, WaiterCell::kBroken);
  }
}

void Barrier::Reset() {
  WaiterList list(cell_, scope_);
  End(list, 0, WaiterCell::kBroken);
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
    if (!opens || Open(holder)) return outcome;
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
