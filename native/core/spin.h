#pragma once

#include <cstdint>

#include "os/futex.h"

namespace heddle::core {

/// A short busy wait before a thread goes to sleep. A wake-up by the kernel costs 25 to 50 µs;
/// where the answer comes sooner, spinning is up to 30 times faster. Where it seldom does (or
/// there is no spare core), the spinner learns to leave it.
class Spin {
 public:
  /// Spins while `word` holds `expected`. Returns true if it changed.
  bool Until(const os::Word& word, uint32_t expected);

  /// How long one busy wait lasts, in nanoseconds; 0 switches it off.
  static void SetBudget(int64_t nanos);

 private:
  int trust_ = 4;  ///< Rises with successes, falls with failures; below 0 we skip.
  int skipped_ = 0;
};

}  // namespace heddle::core
