#pragma once

#include <atomic>
#include <cstdint>

#include "core/spin.h"
#include "core/wait_word.h"

namespace heddle::core {

/// A thread that can block in heddle: how its waits are interrupted, and how its owner is
/// asked whether they should be. One for each environment; never freed, since the watcher
/// and other threads may poke it at any time, but used again by later threads.
class Parker {
 public:
  virtual ~Parker() = default;

  /// kWait, kInterrupted or kStopping. Called on the parker's own thread only.
  virtual Outcome Interruption() = 0;

  /// The descriptor that becomes readable when an interruption may have come, or -1.
  virtual int PokeDescriptor() = 0;

  /// Makes a parked thread look about. Any thread may call it.
  void Poke();

  Spin& spin() { return spin_; }

  /// A descriptor that each Poke() makes readable from the first call of this on; -1 where there
  /// can be none. For waits that sleep at descriptors; on the parker's own thread only.
  int PokedDescriptor();

 private:
  friend class ParkSession;
  Word poked_{0};
  std::atomic<int> poked_descriptor_{-1};
  Spin spin_;
};

/// One blocking call of one thread, from its first sleep to its return.
///
/// A plain futex wait in a Worker hangs Node for ever: Worker::Exit joins the thread before
/// any hook of ours runs. So after a first short sleep the thread sleeps on two words, the
/// primitive's and its parker's, which the process's watcher pokes when the environment's own
/// loop is poked (terminate, exit, signal). An edge is lost when the loop's wake-up was already
/// pending, so that no sleep lasts longer than a slice.
class ParkSession {
 public:
  explicit ParkSession(Parker& parker)
      : parker_(parker), pokes_before_(parker.poked_.load()), pokes_seen_(pokes_before_) {}
  ~ParkSession();
  ParkSession(const ParkSession&) = delete;
  ParkSession& operator=(const ParkSession&) = delete;

  /// Sleeps while `word` holds `expected`. kDone: look again (woken, poked or a slice is
  /// over); kTimedOut; or the interruption.
  Outcome Sleep(Word& word, uint32_t expected, Scope scope, int64_t deadline);

  /// Whether the next sleep may be a long one.
  bool has_slept() const { return slept_; }

 private:
  Outcome SleepOnce(Word& word, uint32_t expected, Scope scope, int64_t deadline);
  Outcome SleepFirst(Word& word, uint32_t expected, Scope scope, int64_t deadline);

  Parker& parker_;
  const uint32_t pokes_before_;
  /// The pokes before the caller's last attempt. One that came during the attempt may be about
  /// what the attempt could not see yet (that a lock's holder is dead): it must be made again.
  uint32_t pokes_seen_;
  bool slept_ = false;
  int watched_ = -1;
};

/// Called about every quarter of a second by each thread that is blocked for long: the place
/// for work that somebody must do while all JavaScript stands still.
using Housekeeping = void (*)();
void SetHousekeeping(Housekeeping work);
void KeepHouse();

/// How long blocked threads sleep, in nanoseconds: at first, before the price of watching for
/// interruptions is paid; and later, without a look about.
constexpr int64_t kFirstSleep = 5'000'000;
constexpr int64_t kSlice = 250'000'000;
/// The same once somebody has poked: an interruption may be a moment behind its poke.
constexpr int64_t kAlertSlice = 20'000'000;

}  // namespace heddle::core
