#include "core/condition.h"

#include "core/block.h"

namespace heddle::core {

bool Condition::Leave(Cell& cell) {
  WaiterCell& waiter = WaiterCell::Of(cell);
  // Whoever has notified it is through with it once it is not linked.
  if (waiter.linked.load() != 0) WaiterList(cell_, scope_).Remove(cell);
  return waiter.word.value.load() == WaiterCell::kReleased;
}

void Condition::HandOn(Cell& cell) {
  // In this order: should we be killed in between, one too many is notified rather than none.
  if (Leave(cell)) Notify(1);
  End(cell);
}

Outcome Condition::AcquireAgain(Lock& lock, HolderId holder, Parker& parker) {
  for (bool interrupted = false;;) {
    Outcome outcome = Block(
        lock.word(), scope_, os::kForever, parker,
        [&](bool waited) { return lock.TryAcquire(holder, waited); },
        [&] { return lock.IsReady(); });
    // A signal has to wait until what the lock guards may be left.
    if (outcome == Outcome::kInterrupted) {
      interrupted = true;
      continue;
    }
    return outcome == Outcome::kDone && interrupted ? Outcome::kInterrupted : outcome;
  }
}

Outcome Condition::Wait(Cell& cell, Lock lock, HolderId holder, int64_t deadline, Parker& parker) {
  WaiterCell& waiter = WaiterCell::Of(cell);
  // In the list before the lock is free: who notifies holds the lock, so that it misses nobody.
  Enter(cell, holder);
  uint32_t again = lock.Again();
  lock.SetAgain(0);
  if (lock.Release() == Lock::Released::kAbandoned) {
    HandOn(cell);
    return Outcome::kAbandoned;
  }
  Outcome outcome = Block(
      waiter.word, scope_, deadline, parker, [&](bool) { return waiter.TryWait(); },
      [&] { return waiter.IsReady(); });
  bool notified = Leave(cell);
  if (outcome == Outcome::kTimedOut && notified) outcome = Outcome::kDone;
  // Who is stopping would only leave the lock abandoned.
  if (outcome != Outcome::kStopping) {
    Outcome acquired = AcquireAgain(lock, holder, parker);
    if (acquired == Outcome::kDone || acquired == Outcome::kInterrupted) lock.SetAgain(again);
    if (acquired != Outcome::kDone) outcome = acquired;
  }
  // Only now, since it may be killed while it waits for the lock. Whoever goes on with an error
  // does not act upon the notification: another one may.
  if (outcome != Outcome::kDone) HandOn(cell);
  End(cell);
  return outcome;
}

}  // namespace heddle::core
