#pragma once

#include <cstdint>
#include <vector>

#include "core/parker.h"
#include "core/wait_word.h"
#include "os/poll.h"

namespace heddle::core {

/// One blocking call that sleeps at descriptors, from its first sleep to its return: what a
/// ParkSession is for words.
class DescriptorSession {
 public:
  explicit DescriptorSession(Parker& parker) : parker_(parker) {}
  ~DescriptorSession();
  DescriptorSession(const DescriptorSession&) = delete;
  DescriptorSession& operator=(const DescriptorSession&) = delete;

  /// kDone: at least one is ready; kWait: a slice is over; kTimedOut, or the interruption.
  Outcome Sleep(std::vector<os::PollItem>& items, int64_t deadline);

 private:
  /// A first short sleep, then long ones with an edge watch, because what pokes us (an event loop's
  /// own descriptor) may stay readable for ever.
  enum class Phase { kNew, kSleptOnce, kWatching };

  Outcome SleepUntil(std::vector<os::PollItem>& items, int64_t end, int64_t deadline);

  Parker& parker_;
  Phase phase_ = Phase::kNew;
  bool alert_ = false;
  int watch_ = -1;
};

/// Blocks until one of the descriptors is ready: kDone, and the items tell which are; or as a
/// Block (block.h) ends: kTimedOut, kInterrupted, kStopping.
Outcome WaitForDescriptors(std::vector<os::PollItem>& items, int64_t deadline, Parker& parker);

}  // namespace heddle::core
