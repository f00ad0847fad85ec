#pragma once

#include <cstdint>

#include "core/holders.h"
#include "core/parker.h"
#include "core/waiter_list.h"

namespace heddle::core {

/// The cell of a barrier. lib/threading/barrier.ts reads `word`, `count` and `parties`.
struct BarrierCell {
  /// Bits of the word.
  static constexpr uint32_t kBroken = 1;
  static constexpr uint32_t kReleasing = 2;  ///< All are there, and the last one is to open it.
  static constexpr uint32_t kWaiters = 4;    ///< Somebody sleeps until that is over.

  WaitWord word;
  std::atomic<CellLink> head, tail;
  std::atomic<uint32_t> count;     ///< How many wait.
  std::atomic<uint32_t> parties;   ///< How many open it.
  std::atomic<HolderId> releaser;  ///< Who has come last, where kReleasing.
  std::atomic<uint32_t> round;     ///< How often that was so.
};
static_assert(sizeof(BarrierCell) <= sizeof(Cell));

/// A barrier: threads wait until so many are there.
///
/// It is broken as soon as one of those who wait gives up, or dies, and stays so until Reset.
class Barrier {
 public:
  /// What arriving came to. `index`: how many were there before. `round`: for Open, of the last
  /// one.
  struct Arrival {
    Attempt attempt;
    uint32_t index = 0;
    bool is_last = false;
    uint32_t round = 0;
  };

  Barrier(Cell& cell, Scope scope)
      : cell_(cell), state_(reinterpret_cast<BarrierCell&>(cell)), scope_(scope) {}

  void Initialize(uint32_t parties) { state_.parties.store(parties); }
  WaitWord& word() const { return state_.word; }

  /// One who arrives waits with `waiter`; the last one does not wait, and has to call Open. Not
  /// while another one is about to do so.
  Arrival TryArrive(Cell& waiter, HolderId holder);
  /// Done when TryArrive need not wait.
  Attempt TryEnter();
  /// Lets all through. False if the barrier was broken or reset since; in the meantime another
  /// promise of the same thread may have come last in another round.
  bool Open(HolderId holder, uint32_t round);
  uint32_t Round() const { return state_.round.load(); }
  /// As WaiterCell::TryWait; breaks the barrier if whoever was to open it is dead.
  Attempt TryPass(Cell& waiter);
  /// Ends a stay. kDone: it was let through; else kBroken, and the barrier is broken if nobody has
  /// sent it away.
  Outcome Leave(Cell& waiter);

  void Break();
  /// Breaks it if that thread in shared memory (holders.h) was to open it.
  void Abandon(uint32_t place, HolderId thread);
  /// Whoever waits is sent away as by a broken barrier; then it is as new.
  void Reset(HolderId holder);

  /// One blocking stay. The last one is let through if `opens`, else it has to call Open.
  Outcome Wait(Cell& waiter, HolderId holder, bool opens, int64_t deadline, Parker& parker,
               Arrival* arrival);

 private:
  bool IsReleaserDead() const;
  bool IsLeftToBreak() const;
  void BeginRelease(HolderId holder);
  void Finish(WaiterList& list, uint32_t word, uint32_t as);
  void Break(WaiterList& list);

  Cell& cell_;
  BarrierCell& state_;
  const Scope scope_;
};

}  // namespace heddle::core
