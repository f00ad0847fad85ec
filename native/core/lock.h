#pragma once

#include "core/cell.h"
#include "core/holders.h"
#include "core/wait_word.h"

namespace heddle::core {

/// A mutual exclusion lock that anybody may release, as Python's.
///
/// Its word: bits 0-29 the holder (0: free; holders.h), bit 30 abandoned, bit 31 somebody may be
/// waiting. Acquiring a free lock and releasing one that nobody waits for are one compare-and-swap
/// each (0 to holder, holder to 0), which lib/_thread/lock.ts does itself; all else is here.
class Lock {
 public:
  static constexpr uint32_t kHolder = 0x3fff'ffff;
  static constexpr uint32_t kAbandoned = 0x4000'0000;
  static constexpr uint32_t kWaiters = 0x8000'0000;

  enum class Released : uint8_t { kReleased, kNotHeld, kAbandoned };

  Lock(Cell& cell, Scope scope) : word_(cell.word), again_(cell.extra[0]), scope_(scope) {}

  WaitWord& word() const { return word_; }
  /// Whether TryAcquire would come to an end.
  bool IsReady() const;
  /// kDone, kAbandoned, or what to sleep on.
  Attempt TryAcquire(HolderId holder, bool waited);
  Released Release();
  bool IsHeld() const { return (word_.value.load() & kHolder) != 0; }
  /// How often its owner has acquired it again, where that is counted (RLock); only the owner asks.
  uint32_t Again() const { return again_.load(); }
  void SetAgain(uint32_t times) { again_.store(times); }
  /// Makes an abandoned lock free. Returns whether it was abandoned.
  bool Recover();

 private:
  /// In shared memory the dead one's locks are marked, too, by who finds it (shared.h).
  bool IsDead(HolderId holder) const {
    if (holder == 0) return false;
    return scope_ == Scope::kPrivate ? IsHolderDead(holder) : IsSharedHolderGone(holder);
  }

  WaitWord& word_;
  Word& again_;
  Scope scope_;
};

}  // namespace heddle::core
