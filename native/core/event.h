#pragma once

#include "core/cell.h"
#include "core/wait_word.h"

namespace heddle::core {

/// A flag that threads wait for.
///
/// Its word: bit 0 the flag, bit 1 somebody may be waiting, bits 2-31 how often it was set.
/// The count lets a waiter see that the flag was set even where it is clear again.
class Event {
 public:
  static constexpr uint32_t kFlag = 1;
  static constexpr uint32_t kWaiters = 2;
  static constexpr uint32_t kOneSet = 4;

  Event(Cell& cell, Scope scope) : word_(cell.word), scope_(scope) {}

  bool IsSet() const { return (word_.value.load() & kFlag) != 0; }
  void Set();
  void Clear();

  /// What a wait must remember from its beginning.
  uint32_t Epoch() const { return word_.value.load() / kOneSet; }
  /// Whether TryWait would be done.
  bool IsReady(uint32_t epoch) const {
    uint32_t seen = word_.value.load(std::memory_order_relaxed);
    return (seen & kFlag) != 0 || seen / kOneSet != epoch;
  }
  /// Done when the flag is set, or was set since `epoch` was taken.
  Attempt TryWait(uint32_t epoch);

 private:
  WaitWord& word_;
  Scope scope_;
};

}  // namespace heddle::core
