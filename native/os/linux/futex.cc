#include "os/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "os/clock.h"

namespace heddle::os {
namespace {

// From <linux/futex.h> of kernel 5.16 on; the headers that we build with may be older.
constexpr long kFutexWaitv = 449;
constexpr uint32_t kSize32 = 2;
constexpr uint32_t kPrivateFlag = 128;

struct WaitvEntry {
  uint64_t value;
  uint64_t address;
  uint32_t flags;
  uint32_t reserved;
};

/// How long to sleep on one word where the kernel cannot wait for two.
constexpr int64_t kOneWordSlice = 20'000'000;

timespec ToTimespec(int64_t nanos) {
  return {static_cast<time_t>(nanos / 1'000'000'000), static_cast<long>(nanos % 1'000'000'000)};
}

int PrivateFlag(Scope scope) { return scope == Scope::kPrivate ? FUTEX_PRIVATE_FLAG : 0; }

uint64_t Address(Word& word) { return reinterpret_cast<uint64_t>(&word); }

}  // namespace

FutexResult FutexWait(Word& word, uint32_t expected, Scope scope, int64_t deadline) {
  timespec time = ToTimespec(deadline);
  long result = syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | PrivateFlag(scope), expected,
                        deadline == kForever ? nullptr : &time, nullptr, FUTEX_BITSET_MATCH_ANY);
  return result < 0 && errno == ETIMEDOUT ? FutexResult::kTimedOut : FutexResult::kWoken;
}

FutexResult FutexWaitEither(Word& word, uint32_t expected, Scope scope, Word& park,
                            uint32_t park_expected, int64_t deadline) {
  static std::atomic<bool> unsupported{false};
  if (!unsupported.load(std::memory_order_relaxed)) {
    WaitvEntry entries[2] = {
        {expected, Address(word), kSize32 | (scope == Scope::kPrivate ? kPrivateFlag : 0), 0},
        {park_expected, Address(park), kSize32 | kPrivateFlag, 0},
    };
    timespec time = ToTimespec(deadline);
    long result = syscall(kFutexWaitv, entries, 2, 0, deadline == kForever ? nullptr : &time,
                          CLOCK_MONOTONIC);
    if (result >= 0) return FutexResult::kWoken;
    // EPERM: sandboxes with an old seccomp list answer so for calls that they do not know.
    if (errno != ENOSYS && errno != EPERM) {
      return errno == ETIMEDOUT ? FutexResult::kTimedOut : FutexResult::kWoken;
    }
    unsupported.store(true, std::memory_order_relaxed);
  }
  int64_t slice = MonotonicNanos() + kOneWordSlice;
  bool sliced = deadline == kForever || slice < deadline;
  FutexResult result = FutexWait(word, expected, scope, sliced ? slice : deadline);
  return sliced ? FutexResult::kWoken : result;
}

void FutexWake(Word& word, int count, Scope scope) {
  syscall(SYS_futex, &word, FUTEX_WAKE | PrivateFlag(scope), count, nullptr, nullptr, 0);
}

}  // namespace heddle::os
