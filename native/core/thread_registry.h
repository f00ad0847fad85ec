#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "core/line.h"
#include "core/parker.h"
#include "core/resource.h"
#include "core/thread_record.h"
#include "core/wait_word.h"
#include "os/thread.h"

namespace heddle::core {

/// The process's threads: the runs that are under way, the threads that are being booted, and
/// everybody who can block.
class ThreadRegistry {
 public:
  static ThreadRegistry& Instance();

  void Add(Ref<ThreadRecord> record);
  void Remove(ThreadRecord* record, bool by_force);
  std::vector<Ref<ThreadRecord>> Living();

  /// Done when no thread lives that the program must wait for.
  Attempt TryOnlyDaemons();
  WaitWord& only_daemons() { return only_daemons_; }

  /// Who can block, and who listens for promises, is told when a thread is ended by force: they
  /// may wait for a lock that the dead one held.
  void AddWaiters(Parker* parker, Listener* listener);  // The listener may be null.
  void RemoveWaiters(Parker* parker);
  void AlertWaiters();

  /// A Worker that dies before this addon is loaded in it would never tell anybody, and its
  /// parent may stand in join(). So whoever creates one lists the process's threads before and
  /// after; if all that came in between are gone and the addon was never loaded, the run is
  /// over. Blocked threads look after that about every quarter of a second.
  void AwaitArrival(Ref<ThreadRecord> record, const std::vector<os::NativeThreadId>& before);
  /// The calling thread has loaded the addon and will speak for `record` from here on.
  void Arrived(ThreadRecord* record);
  /// Ends the runs whose threads have died on the way.
  void Reap();

 private:
  struct Arrival {
    Ref<ThreadRecord> record;
    std::vector<os::NativeThreadId> candidates;
  };

  ThreadRegistry();

  std::mutex mutex_;
  std::vector<Ref<ThreadRecord>> living_;
  std::vector<std::pair<Parker*, Listener*>> waiters_;
  std::vector<Arrival> arrivals_;
  /// Bit 0 somebody may be waiting, bits 1-31 the number of living non-daemon threads.
  WaitWord only_daemons_;
};

}  // namespace heddle::core
