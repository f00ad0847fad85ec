#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/arena.h"
#include "core/holders.h"
#include "core/parker.h"
#include "core/resource.h"

namespace heddle::core {

/// A thread as the search for deadlocks sees it. Whoever searches asks from another thread, but
/// only while this one is in a LongWait, blocked in native code: nothing of it changes meanwhile.
class BlockedThread {
 public:
  virtual std::string Name() = 0;
  /// Calls `visit` once for each holding that the thread has.
  virtual void VisitHoldings(const std::function<void(Resource&)>& visit) = 0;

 protected:
  ~BlockedThread() = default;
};

/// One wait without a time-out, for a lock of this process, a thread's end or a Worker's next work.
/// From its second sleep on it stands in the process's table while it sleeps; entering looks for a
/// deadlock.
///
/// Only what is certain counts. A thread is *stuck* if it is in the table, and all who could end
/// its wait are stuck:
///
///   an owned lock     its owner (an RLock)
///   the end of a run  the thread that runs it
///   any other lock    everybody who has a handle on it, since anybody may release it. The handles
///                     of the threads in the table are counted; if the lock has more holdings, one
///                     of them is with a thread that runs, or on its way to one.
///   a message         everybody who has a handle on the channel. (A Worker without a run is no
///                     member of any circle, but it has handles, which it may never use again.)
///
/// A deadlock is a circle of stuck threads, each waiting for the next as holder or run. The wait
/// that enters last ends; as it then holds up nobody any more, the others find no circle.
///
/// A thread is not in the table while it makes an attempt, so that a lock whose word says "held"
/// really keeps whoever waits for it.
class LongWait {
 public:
  enum class Goal : uint8_t { kLock, kOwnedLock, kThreadEnd, kMessage };

  /// One thread of a circle and what it waits for.
  struct Step {
    std::string thread;
    Goal goal;
    CellPlace lock;       ///< For locks.
    std::string awaited;  ///< For kThreadEnd the name of that thread.
  };

  /// `resource` is a Primitive or a Channel of the private scope, or a ThreadRecord.
  LongWait(Goal goal, Resource& resource, BlockedThread& thread, HolderId holder, Parker& parker)
      : goal_(goal), resource_(resource), thread_(thread), holder_(holder), parker_(parker) {}
  ~LongWait() { Leave(); }
  LongWait(const LongWait&) = delete;
  LongWait& operator=(const LongWait&) = delete;

  /// To be called after a failed attempt, before the sleep. False if the wait closes a circle: it
  /// must end, and is not in the table.
  bool Enter();
  /// To be called before the next attempt.
  void Leave();

  /// After Enter has returned false: the circle, this thread first.
  const std::vector<Step>& circle() const { return circle_; }

 private:
  struct Table;
  static Table& TheTable();
  void Unlink(Table& table);

  /// Who holds the lock, or runs what shall end; 0 if the wait is about to end.
  HolderId Awaited() const;
  Step Describe() const;
  /// Makes those look again who suspect a circle: it may have become one by this wait.
  void Stir(Table& table);
  /// Whether it is time to look into a suspicion.
  bool SearchesNow();

  const Goal goal_;
  Resource& resource_;
  BlockedThread& thread_;
  const HolderId holder_;
  Parker& parker_;
  std::vector<Step> circle_;

  bool is_in_ = false;         ///< The thread's own; what follows is guarded by the table.
  bool may_be_stuck_ = false;  ///< During a search: nothing speaks against it yet.
  bool must_search_ = false;   ///< Somebody else has found a reason to.
  bool is_known_ = false;      ///< It has been in the table before.
  uint32_t suspicions_ = 0;    ///< How often a circle has turned out not to be certain.
  LongWait* previous_ = nullptr;
  LongWait* next_ = nullptr;
};

}  // namespace heddle::core
