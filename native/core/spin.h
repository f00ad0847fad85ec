#pragma once

#include <cstdint>

#include "os/clock.h"
#include "os/thread.h"

namespace heddle::core {

/// A short busy wait before a thread goes to sleep. A wake-up by the kernel costs 25 to 50 µs;
/// where the answer comes sooner, spinning is up to 30 times faster. Where it seldom does (or
/// there is no spare core), the spinner learns to leave it.
class Spin {
 public:
  /// Spins until `changed()`. Returns whether it came to be.
  template <class Changed>
  bool Until(Changed&& changed) {
    int64_t budget = Budget();
    if (budget == 0 || !IsWorthwhile()) return false;
    int64_t end = os::MonotonicNanos() + budget;
    // Looking seldom and seldomer: each look takes the cache line from whoever is to change it.
    for (int pauses = 1;; pauses = pauses < kMostPauses ? 2 * pauses : pauses) {
      for (int i = 0; i < pauses; ++i) os::SpinPause();
      if (changed()) return Learn(true);
      if (os::MonotonicNanos() >= end) return Learn(false);
    }
  }

  /// How long one busy wait lasts, in nanoseconds; 0 switches it off.
  static void SetBudget(int64_t nanos);

 private:
  static constexpr int kMostPauses = 32;
  static int64_t Budget();
  bool IsWorthwhile();
  bool Learn(bool succeeded);

  int trust_ = 4;  ///< Rises with successes, falls with failures; below 0 we skip.
  int skipped_ = 0;
};

}  // namespace heddle::core
