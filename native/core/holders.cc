#include "core/holders.h"

#include <atomic>
#include <mutex>
#include <unordered_set>

#include "core/family.h"
#include "core/shared.h"

namespace heddle::core {
namespace {

constexpr uint32_t kThreadBits = 20;
constexpr uint32_t kThread = (1u << kThreadBits) - 1;

/// Only threads that died by force are remembered, so the set stays small.
struct Dead {
  std::mutex mutex;
  std::unordered_set<HolderId> holders;
  std::atomic<bool> any{false};
};

Dead& TheDead() {
  static auto* dead = new Dead;
  return *dead;
}

}  // namespace

HolderId NewHolder() {
  static std::atomic<HolderId> next{1};
  return next.fetch_add(1);
}

void MarkHolderDead(HolderId holder) {
  Dead& dead = TheDead();
  {
    std::lock_guard guard(dead.mutex);
    dead.holders.insert(holder);
    dead.any.store(true);
  }
  if (Family* family = Family::Current()) AbandonHeld(*family, family->processes().own(), holder);
}

HolderId SharedHolder(HolderId holder) {
  Family* family = Family::Current();
  uint32_t place = family == nullptr ? 0 : family->processes().own();
  return (place + 1) << kThreadBits | (holder & kThread);
}

bool IsSharedHolderGone(HolderId shared) {
  return Family::Current()->processes().IsGone((shared >> kThreadBits) - 1);
}

bool IsSharedHolder(HolderId shared, uint32_t place, HolderId thread) {
  if (shared >> kThreadBits != place + 1) return false;
  return thread == 0 || (shared & kThread) == (thread & kThread);
}

bool IsHolderDead(HolderId holder) {
  Dead& dead = TheDead();
  if (!dead.any.load()) return false;
  std::lock_guard guard(dead.mutex);
  return dead.holders.contains(holder);
}

}  // namespace heddle::core
