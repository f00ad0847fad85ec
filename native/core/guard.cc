#include "core/guard.h"

#include "os/thread.h"

namespace heddle::core {
namespace {

/// The critical sections behind a guard are some ten nanoseconds long.
constexpr int kSpins = 100;

}  // namespace

bool Guard::Spin() {
  for (int i = 0; i < kSpins; ++i) {
    uint32_t free = 0;
    if (word_.load(std::memory_order_relaxed) == 0 &&
        word_.compare_exchange_weak(free, 1, std::memory_order_acquire)) {
      return true;
    }
    os::SpinPause();
  }
  return false;
}

bool Guard::Lock() {
  if (scope_ == os::Scope::kShared) return robust_.Lock();
  uint32_t free = 0;
  if (word_.compare_exchange_strong(free, 1, std::memory_order_acquire) || Spin()) return false;
  while (word_.exchange(2, std::memory_order_acquire) != 0) {
    os::FutexWait(word_, 2, os::Scope::kPrivate, os::kForever);
  }
  return false;
}

void Guard::Unlock() {
  if (scope_ == os::Scope::kShared) return robust_.Unlock();
  if (word_.exchange(0, std::memory_order_release) == 2) {
    os::FutexWake(word_, 1, os::Scope::kPrivate);
  }
}

}  // namespace heddle::core
