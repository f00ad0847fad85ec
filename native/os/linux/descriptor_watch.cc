#include "os/descriptor_watch.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>
#include <unordered_set>

#include "os/thread.h"

namespace heddle::os {
namespace {

struct Call {
  int descriptor;
  void (*callback)(void*);
  void* context;
};

/// The calls to come. Otherwise only the kernel knows them, and the leak checker takes them for
/// lost.
struct Calls {
  std::mutex mutex;
  std::unordered_set<Call*> all;
};

Calls& TheCalls() {
  static auto* calls = new Calls;
  return *calls;
}

void Keep(Call* call) {
  Calls& calls = TheCalls();
  std::lock_guard guard(calls.mutex);
  calls.all.insert(call);
}

void Drop(Call* call) {
  Calls& calls = TheCalls();
  std::lock_guard guard(calls.mutex);
  calls.all.erase(call);
  delete call;
}

/// An event's data is the address of a Word, or that of a Call plus one: both are aligned.
constexpr uintptr_t kIsCall = 1;

/// The process's epoll, with its thread behind it; both live as long as the process.
std::atomic<int> g_poll{-1};

void Report(int poll, uintptr_t data) {
  if ((data & kIsCall) == 0) {
    auto* word = reinterpret_cast<Word*>(data);
    word->fetch_add(1);
    FutexWake(*word, kEverybody, Scope::kPrivate);
    return;
  }
  auto* call = reinterpret_cast<Call*>(data & ~kIsCall);
  // First: the callback may close the descriptor, and its number may be another's at once.
  epoll_ctl(poll, EPOLL_CTL_DEL, call->descriptor, nullptr);
  call->callback(call->context);
  Drop(call);
}

void* Run(void* argument) {
  int poll = static_cast<int>(reinterpret_cast<intptr_t>(argument));
  BecomeBackgroundThread("heddle-watch");
  epoll_event events[64];
  for (;;) {
    int count = epoll_wait(poll, events, 64, -1);
    for (int i = 0; i < count; ++i) Report(poll, static_cast<uintptr_t>(events[i].data.u64));
  }
}

int Watch(int descriptor, uint32_t kinds, uintptr_t data) {
  epoll_event event{};
  event.events = kinds;
  event.data.u64 = data;
  return epoll_ctl(g_poll.load(), EPOLL_CTL_ADD, descriptor, &event);
}

}  // namespace

Result<bool> StartWatching() {
  if (g_poll.load() >= 0) return true;
  static std::mutex mutex;
  std::lock_guard guard(mutex);
  if (g_poll.load() >= 0) return true;
  int poll = epoll_create1(EPOLL_CLOEXEC);
  if (poll < 0) return Failure{errno, "epoll_create1"};
  // Not std::thread, which aborts where there can be no further thread.
  pthread_t thread;
  int error = pthread_create(&thread, nullptr, Run, reinterpret_cast<void*>(intptr_t{poll}));
  if (error != 0) {
    close(poll);
    return Failure{error, "pthread_create"};
  }
  pthread_detach(thread);
  g_poll.store(poll);
  return true;
}

void WatchDescriptor(int descriptor, Word* word) {
  if (!StartWatching().ok()) return;
  Watch(descriptor, EPOLLIN | EPOLLET, reinterpret_cast<uintptr_t>(word));
}

void UnwatchDescriptor(int descriptor) {
  epoll_ctl(g_poll.load(), EPOLL_CTL_DEL, descriptor, nullptr);
}

Result<bool> CallWhenReadable(int descriptor, void (*callback)(void*), void* context) {
  if (Result<bool> started = StartWatching(); !started.ok()) return started;
  auto* call = new Call{descriptor, callback, context};
  Keep(call);
  if (Watch(descriptor, EPOLLIN | EPOLLONESHOT, reinterpret_cast<uintptr_t>(call) | kIsCall) == 0) {
    return true;
  }
  Failure failure{errno, "epoll_ctl"};
  Drop(call);
  return failure;
}

}  // namespace heddle::os
