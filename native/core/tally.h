#pragma once

#include "core/wait_word.h"

namespace heddle::core {

/// A count of what is still to be done, and those who wait until it is zero. It lies over any word,
/// in a cell or in a larger state.
///
/// Its word: bits 0-30 the count, bit 31 somebody may be waiting.
class Tally {
 public:
  static constexpr uint32_t kWaiters = 0x8000'0000;
  static constexpr uint32_t kMost = 0x7fff'ffff;

  Tally(WaitWord& word, Scope scope) : word_(word), scope_(scope) {}

  uint32_t Count() const { return word_.value.load() & kMost; }

  /// One more. False, and nothing changed, if there are `kMost` already.
  bool Add();
  /// `count` are done; at zero everybody who waits is woken. False, and nothing changed, if there
  /// are not as many.
  bool Done(uint32_t count);
  /// What is left, counted anew; wakes everybody. Nobody adds or finishes meanwhile.
  void Correct(uint64_t count);
  /// Done when nothing is left. Who looked too late, when the count has risen again, waits on.
  Attempt TryZero();

 private:
  WaitWord& word_;
  Scope scope_;
};

}  // namespace heddle::core
