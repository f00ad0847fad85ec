#pragma once

#include <cstdint>

namespace heddle::os {

/// Nanoseconds on the monotonic clock, the clock of every deadline in heddle.
int64_t MonotonicNanos();

/// The same clock read cheaply, a few milliseconds behind at most.
int64_t CoarseNanos();

}  // namespace heddle::os
