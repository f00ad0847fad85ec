#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/holders.h"
#include "core/parker.h"
#include "core/resource.h"
#include "core/wait_word.h"
#include "os/clock.h"
#include "os/futex.h"

#if defined(__SANITIZE_ADDRESS__)
#define HEDDLE_ASAN 1
#else
#define HEDDLE_ASAN 0
#endif

/// The thread sanitizer does not follow a process through fork().
#if defined(__SANITIZE_THREAD__)
#define HEDDLE_TSAN 1
#else
#define HEDDLE_TSAN 0
#endif

namespace heddle::test {

using core::Attempt;
using core::Outcome;
using core::WaitWord;
using os::Scope;

/// `count` times HEDDLE_SOAK, a number in the environment.
int Soak(int count);

/// Makes the rest of a test run once for each kind of memory. (doctest does not multiply subcases:
/// a test that calls this has no others.)
inline Scope EachScope() {
  Scope scope = Scope::kPrivate;
  SUBCASE("private") { scope = Scope::kPrivate; }
  SUBCASE("shared") { scope = Scope::kShared; }
  return scope;
}

/// A parker whose interruption the test controls, with an eventfd where it is watched.
class TestParker final : public core::Parker {
 public:
  /// Lives for ever, as parkers must.
  static TestParker& Make(bool watched = false);

  Outcome Interruption() override;
  int PokeDescriptor() override { return descriptor_; }

  /// What Interruption answers from now on. Pokes nobody.
  void Interrupt(Outcome outcome) { interruption_.store(outcome); }
  /// Makes the descriptor readable.
  void PokeDescriptorNow();

  /// How often the owner looked: before and after each sleep.
  int looks() const { return looks_.load(); }
  /// The looks after which it is marked and about to sleep: in its first sleep, in the long one.
  static constexpr int kFirstSleep = 1;
  static constexpr int kLongSleep = 3;
  void AwaitLooks(int count) const;
  /// Called in each look, on the owner's thread.
  void OnLook(std::function<void(int look)> hook) { hook_ = std::move(hook); }

 private:
  explicit TestParker(int descriptor) : descriptor_(descriptor) {}

  const int descriptor_;
  std::atomic<Outcome> interruption_{Outcome::kWait};
  std::atomic<int> looks_{0};
  std::function<void(int)> hook_;
};

/// Threads that are joined at the end of the scope.
class Threads {
 public:
  ~Threads() { Join(); }
  template <class F>
  void Start(F&& run) {
    threads_.emplace_back(std::forward<F>(run));
  }
  void Join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::vector<std::thread> threads_;
};

/// Runs `run(number)` on `count` threads that begin together, and joins them.
void Together(int count, const std::function<void(int)>& run);

/// Yields until `done()`; the watchdog is the bound.
template <class F>
void AwaitThat(F&& done) {
  while (!done()) std::this_thread::yield();
}

/// As core::Block, but without slices and without an end: a lost wake-up hangs for ever, and the
/// watchdog tells.
template <class Try>
Outcome BlockForever(WaitWord& word, Scope scope, Try&& attempt) {
  Attempt last = attempt(false);
  while (last.outcome == Outcome::kWait) {
    os::FutexWait(word.value, last.sleep_on, scope, os::kForever);
    last = attempt(true);
  }
  return last.outcome;
}

/// Notes when a slice of the calling thread was last over. core::Block looks again after a slice,
/// which would hide a lost wake-up: so tests ask whether what a thread got had been there long
/// before its slice was over.
class Slices {
 public:
  Slices();
  ~Slices();
  static void Forget();
  /// How many ended on this thread since Forget.
  static int Ended();
  /// Whether a slice ended long after `moment`.
  static bool EndedLongAfter(int64_t moment);
};

inline int64_t After(int64_t milliseconds) {
  return os::MonotonicNanos() + milliseconds * 1'000'000;
}

/// The thread as the holder of a lock in that kind of memory.
inline core::HolderId HolderIn(Scope scope, core::HolderId thread) {
  return scope == Scope::kShared ? core::SharedHolder(thread) : thread;
}

/// A small generator of random numbers; the seed is printed by whoever captures it.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 2 + 1) {}
  uint32_t Next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state_ >> 33);
  }
  uint32_t Below(uint32_t end) { return Next() % end; }

 private:
  uint64_t state_;
};

/// A resource that counts how many of its kind live.
class Counted final : public core::Resource {
 public:
  static core::Ref<Counted> Make(std::atomic<int>& alive) {
    return core::Ref<Counted>::Adopt(new Counted(alive));
  }

 private:
  explicit Counted(std::atomic<int>& alive) : Resource(Kind::kThread), alive_(alive) { ++alive_; }
  ~Counted() override { --alive_; }

  std::atomic<int>& alive_;
};

}  // namespace heddle::test
