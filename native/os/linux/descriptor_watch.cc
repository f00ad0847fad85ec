#include "os/descriptor_watch.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "os/thread.h"

namespace heddle::os {
namespace {

[[noreturn]] void Run(int poll) {
  BecomeBackgroundThread("heddle-watch");
  epoll_event events[64];
  for (;;) {
    int count = epoll_wait(poll, events, 64, -1);
    for (int i = 0; i < count; ++i) {
      auto* word = static_cast<Word*>(events[i].data.ptr);
      word->fetch_add(1);
      FutexWake(*word, kEverybody, Scope::kPrivate);
    }
  }
}

/// The process's epoll, with its thread behind it; both live as long as the process.
int Poll() {
  static const int poll = [] {
    int descriptor = epoll_create1(EPOLL_CLOEXEC);
    if (descriptor >= 0) std::thread(Run, descriptor).detach();
    return descriptor;
  }();
  return poll;
}

}  // namespace

void WatchDescriptor(int descriptor, Word* word) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.ptr = word;
  epoll_ctl(Poll(), EPOLL_CTL_ADD, descriptor, &event);
}

void UnwatchDescriptor(int descriptor) { epoll_ctl(Poll(), EPOLL_CTL_DEL, descriptor, nullptr); }

}  // namespace heddle::os
