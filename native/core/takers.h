#pragma once

#include <atomic>
#include <cstdint>

#include "core/family_processes.h"

namespace heddle::core {

/// Of a channel between processes that counts: how many messages each process has taken that are
/// not finished, so that nobody waits for ever for what a dead one had taken.
///
/// What is unfinished is at any time what lies in the channel and what was taken, less what was
/// finished before it was taken. So whoever repairs the channel can count it anew. The channel's
/// guard is held; the memory is zeroed before the first use.
class Takers {
 public:
  /// Before a message is taken: whether it was finished already.
  bool TakeFinished();
  /// After another one was taken.
  void Take(uint32_t place) { Raise(taken_[place]); }
  /// One of those that are unfinished is finished by the process in that place: it may have got it
  /// from another one that took it, or be ahead of all.
  void Finish(uint32_t place);
  /// What the process in that place has taken, which is dead, will not be finished: how many.
  uint32_t Abandon(uint32_t place);
  /// Whether one that a dead process had taken is finished by somebody else after all.
  bool FinishAbandoned();
  /// The channel was emptied.
  void Drop() { early_.store(0); }
  /// What is unfinished if so many messages lie in the channel.
  uint64_t Unfinished(uint64_t queued);

 private:
  using Count = std::atomic<uint32_t>;
  static void Raise(Count& count) { count.store(count.load(std::memory_order_relaxed) + 1); }
  static bool Lower(Count& count);

  Count early_;      ///< Finished and not yet taken.
  Count abandoned_;  ///< Counted as finished because their takers are dead.
  Count taken_[FamilyProcesses::kMost];
};

}  // namespace heddle::core
