#pragma once

#include <atomic>
#include <cstdint>
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

  /// In a forked process: its main thread has another number.
  void AfterFork() { main_->Begin(os::MainThreadId()); }

  /// The main thread's record, there whether or not that thread has loaded the addon. It is not
  /// among the living: nobody waits for it in order to end the program.
  Ref<ThreadRecord> Main() { return main_; }
  /// For the names of threads that get none: 1, 2, …
  uint32_t NextNumber() { return number_.fetch_add(1) + 1; }

  /// How many bytes of stack the threads that are started from here on get; 0: as Node has it.
  uint64_t StackSize() const { return stack_size_.load(); }
  void SetStackSize(uint64_t bytes) { stack_size_.store(bytes); }

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
  /// Blocks until no Worker is on its way any more.
  void WaitForArrivals(int64_t deadline);
  /// Ends the runs whose threads have died on the way.
  void Reap();

 private:
  struct Arrival {
    Ref<ThreadRecord> record;
    std::vector<os::NativeThreadId> candidates;
  };

  ThreadRegistry();

  const Ref<ThreadRecord> main_;
  std::atomic<uint32_t> number_{0};
  std::atomic<uint64_t> stack_size_{0};
  std::mutex mutex_;
  std::vector<Ref<ThreadRecord>> living_;
  std::vector<std::pair<Parker*, Listener*>> waiters_;
  std::vector<Arrival> arrivals_;
  Word arrived_{0};  ///< Counts up with each that has come.
  /// Bit 0 somebody may be waiting, bits 1-31 the number of living non-daemon threads.
  WaitWord only_daemons_;
};

}  // namespace heddle::core
