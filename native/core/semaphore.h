#pragma once

#include "core/cell.h"
#include "core/wait_word.h"

namespace heddle::core {

/// A counter that never goes below zero.
///
/// Its word: bits 0-30 the value, bit 31 somebody may be waiting.
class Semaphore {
 public:
  static constexpr uint32_t kWaiters = 0x8000'0000;
  static constexpr uint32_t kMaxValue = 0x7fff'ffff;

  Semaphore(Cell& cell, Scope scope) : word_(cell.word), scope_(scope) {}

  void Initialize(uint32_t value) { word_.value.store(value); }
  uint32_t Value() const { return word_.value.load() & kMaxValue; }

  Attempt TryAcquire(bool waited);
  /// Adds `count` and wakes as many. False, and nothing changed, if the value would pass `limit`.
  bool Release(uint32_t count, uint32_t limit);

 private:
  WaitWord& word_;
  Scope scope_;
};

}  // namespace heddle::core
