#pragma once

#include <atomic>
#include <cstdint>

namespace heddle::os {

/// Who can see a word: the threads of this process, or every process that maps it.
enum class Scope : uint8_t { kPrivate, kShared };

/// A deadline that never comes.
inline constexpr int64_t kForever = -1;

enum class FutexResult : uint8_t {
  kWoken,     ///< Woken, or the word already differed; also any spurious return.
  kTimedOut,  ///< The deadline passed.
};

using Word = std::atomic<uint32_t>;
static_assert(sizeof(Word) == 4 && Word::is_always_lock_free);

/// Sleeps while `word` holds `expected`, until woken or until `deadline` (monotonic
/// nanoseconds, or kForever).
FutexResult FutexWait(Word& word, uint32_t expected, Scope scope, int64_t deadline);

/// Sleeps while both words hold what is expected of them. `park` is private to the process.
/// Where the kernel cannot wait for two words, this returns early (as if woken) so that the
/// caller looks at `park` itself.
FutexResult FutexWaitEither(Word& word, uint32_t expected, Scope scope, Word& park,
                            uint32_t park_expected, int64_t deadline);

/// Wakes up to `count` sleepers.
void FutexWake(Word& word, int count, Scope scope);

inline constexpr int kEverybody = INT32_MAX;

}  // namespace heddle::os
