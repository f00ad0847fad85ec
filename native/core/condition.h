#pragma once

#include <cstdint>

#include "core/lock.h"
#include "core/parker.h"
#include "core/waiter_list.h"

namespace heddle::core {

/// A condition variable over a Lock, whose state is a list of waiters.
class Condition {
 public:
  Condition(Cell& cell, Scope scope) : cell_(cell), scope_(scope) {}

  /// `waiter` waits from here on; then the caller releases the lock.
  void Enter(Cell& waiter, HolderId holder) { WaiterList(cell_, scope_).Append(waiter, holder); }
  /// Ends its wait, however it stands. Returns whether it was notified: then it owes that to the
  /// others until it has told what it does with it, by End() or HandOn().
  bool Leave(Cell& waiter);
  /// It acts upon its notification, if it has one.
  static void End(Cell& waiter) { WaiterCell::Of(waiter).End(); }
  /// It does not, and may not have left: another one is notified in its place.
  void HandOn(Cell& waiter);
  /// Notifies the `count` that wait longest.
  void Notify(uint32_t count) { WaiterList(cell_, scope_).Release(count, WaiterCell::kReleased); }

  /// One blocking wait, with `waiter` as its cell: releases `lock` however often it was acquired,
  /// waits, and acquires it as often. Whatever the wait comes to, the lock is held again, except
  /// where that is impossible: kAbandoned, kStopping.
  Outcome Wait(Cell& waiter, Lock lock, HolderId holder, int64_t deadline, Parker& parker);

 private:
  Outcome AcquireAgain(Lock& lock, HolderId holder, Parker& parker);

  Cell& cell_;
  const Scope scope_;
};

}  // namespace heddle::core
