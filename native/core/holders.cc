#include "core/holders.h"

#include <atomic>
#include <mutex>
#include <unordered_set>

namespace heddle::core {
namespace {

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
  std::lock_guard guard(dead.mutex);
  dead.holders.insert(holder);
  dead.any.store(true);
}

bool IsHolderDead(HolderId holder) {
  Dead& dead = TheDead();
  if (!dead.any.load()) return false;
  std::lock_guard guard(dead.mutex);
  return dead.holders.contains(holder);
}

}  // namespace heddle::core
