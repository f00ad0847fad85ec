#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "core/cell.h"
#include "core/guard.h"
#include "core/holders.h"
#include "core/wait_word.h"

namespace heddle::core {

/// Names a cell in a list: where it lies in the family's memory, or in private memory its address.
using CellLink = uint64_t;

/// One stay in a WaiterList, in a cell of its own: whoever waits sleeps on its word alone, so that
/// exactly those are woken that are meant.
struct WaiterCell {
  /// The values of the word.
  static constexpr uint32_t kWaiting = 0;
  static constexpr uint32_t kAsleep = 1;    ///< Waiting, and has to be woken.
  static constexpr uint32_t kReleased = 2;  ///< It has what it waited for.
  static constexpr uint32_t kBroken = 3;    ///< What it waited for will not come.

  WaitWord word;
  std::atomic<CellLink> list;  ///< Where it waits; 0 once it has left.
  std::atomic<CellLink> next;
  std::atomic<CellLink> previous;  ///< A hint, to be checked.
  std::atomic<uint32_t> linked;    ///< Whether it is in the list.
  std::atomic<HolderId> holder;    ///< The thread, as the holder of locks.

  static WaiterCell& Of(Cell& cell) { return reinterpret_cast<WaiterCell&>(cell); }

  /// Whether TryWait would be done.
  bool IsReady() const { return word.value.load(std::memory_order_relaxed) >= kReleased; }
  /// Done when somebody has released it, or broken its wait.
  Attempt TryWait();
  /// Ends the stay of a waiter that is not in the list any more. Until then whoever buries its
  /// process answers for it.
  void End();
};
static_assert(sizeof(WaiterCell) <= sizeof(Cell));

/// The first words of a cell that others wait at, in the order in which they came.
///
/// Whatever the list's guard is held for, a killed holder leaves a list that can be walked: a
/// waiter comes in and goes out by one store of what precedes it, and the tail is only where the
/// search for the last one begins.
struct WaiterListCell {
  WaitWord word;
  std::atomic<CellLink> head;
  std::atomic<CellLink> tail;
  std::atomic<uint32_t> count;

  static WaiterListCell& Of(Cell& cell) { return reinterpret_cast<WaiterListCell&>(cell); }
};

/// A list of waiters with its guard held, for a block of some ten nanoseconds.
class WaiterList {
 public:
  WaiterList(Cell& cell, Scope scope);
  /// Lets go of the guard, and then wakes whom Release() has released.
  ~WaiterList();
  WaiterList(const WaiterList&) = delete;
  WaiterList& operator=(const WaiterList&) = delete;

  /// Puts a waiter at the end; its word is kWaiting from here on.
  void Append(Cell& waiter, HolderId holder);
  /// Takes it out if it is still in.
  void Remove(Cell& waiter);
  /// Releases the `count` oldest, or all there are: their words become `as`. Those whose process is
  /// known to be dead are put out and not counted.
  void Release(uint32_t count, uint32_t as);
  /// How many are in. One who was killed in here may have left the number behind, but not for
  /// longer than the list is not empty.
  uint32_t count() const { return list_.head.load() == 0 ? 0 : list_.count.load(); }

 private:
  CellLink LinkOf(const void* cell) const;
  WaiterCell& At(CellLink link) const;
  void Unlink(WaiterCell& waiter, CellLink previous);
  CellLink Before(const WaiterCell& waiter) const;
  bool IsGone(const WaiterCell& waiter) const;

  WaiterListCell& list_;
  const Scope scope_;
  Guard& guard_;
  WaitWord* released_ = nullptr;
  std::vector<WaitWord*> more_released_;
};

/// The cell of the list where a waiter waits, or null.
Cell* ListOf(const WaiterCell& waiter, Scope scope);

}  // namespace heddle::core
