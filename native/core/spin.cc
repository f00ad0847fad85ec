#include "core/spin.h"

#include <algorithm>
#include <atomic>

#include "os/clock.h"
#include "os/thread.h"

namespace heddle::core {
namespace {

constexpr int64_t kDefaultBudget = 30'000;
constexpr int kMostTrust = 8;
/// With no trust left, one wait in so many spins to see whether times have changed.
constexpr int kProbeEvery = 32;

std::atomic<int64_t>& Budget() {
  static std::atomic<int64_t> budget{os::UsableCores() > 1 ? kDefaultBudget : 0};
  return budget;
}

}  // namespace

void Spin::SetBudget(int64_t nanos) { Budget().store(nanos); }

bool Spin::Until(const os::Word& word, uint32_t expected) {
  int64_t budget = Budget().load(std::memory_order_relaxed);
  if (budget == 0) return false;
  if (trust_ < 0 && ++skipped_ % kProbeEvery != 0) return false;

  int64_t end = os::MonotonicNanos() + budget;
  do {
    for (int i = 0; i < 32; ++i) {
      if (word.load(std::memory_order_acquire) != expected) {
        trust_ = std::min(trust_ + 1, kMostTrust);
        return true;
      }
      os::SpinPause();
    }
  } while (os::MonotonicNanos() < end);
  trust_ = std::max(trust_ - 1, -1);
  return false;
}

}  // namespace heddle::core
