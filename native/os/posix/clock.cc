#include "os/clock.h"

#include <time.h>

namespace heddle::os {
namespace {

int64_t Read(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

int64_t MonotonicNanos() { return Read(CLOCK_MONOTONIC); }

int64_t CoarseNanos() {
#if defined(CLOCK_MONOTONIC_COARSE)
  return Read(CLOCK_MONOTONIC_COARSE);
#else
  return Read(CLOCK_MONOTONIC);
#endif
}

}  // namespace heddle::os
