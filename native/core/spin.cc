#include "core/spin.h"

#include <algorithm>
#include <atomic>

namespace heddle::core {
namespace {

constexpr int64_t kDefaultBudget = 30'000;
constexpr int kMostTrust = 8;
/// With no trust left, one wait in so many spins to see whether times have changed.
constexpr int kProbeEvery = 32;

std::atomic<int64_t>& TheBudget() {
  static std::atomic<int64_t> budget{os::UsableCores() > 1 ? kDefaultBudget : 0};
  return budget;
}

}  // namespace

void Spin::SetBudget(int64_t nanos) { TheBudget().store(nanos); }

int64_t Spin::Budget() { return TheBudget().load(std::memory_order_relaxed); }

bool Spin::IsWorthwhile() { return trust_ >= 0 || ++skipped_ % kProbeEvery == 0; }

bool Spin::Learn(bool succeeded) {
  trust_ = std::clamp(trust_ + (succeeded ? 1 : -1), -1, kMostTrust);
  return succeeded;
}

}  // namespace heddle::core
