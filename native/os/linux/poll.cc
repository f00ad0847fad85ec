#include "os/poll.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "os/clock.h"

namespace heddle::os {

Result<size_t> PollDescriptors(std::vector<PollItem>& items, int64_t deadline) {
  constexpr size_t kFew = 8;
  pollfd few[kFew];
  std::vector<pollfd> many(items.size() > kFew ? items.size() : 0);
  pollfd* polled = many.empty() ? few : many.data();
  for (size_t i = 0; i < items.size(); ++i) {
    short events = items[i].for_writing ? POLLOUT : POLLIN;
    polled[i] = {items[i].descriptor, events, 0};
  }
  int64_t left = deadline == 0 ? 0 : std::max<int64_t>(deadline - MonotonicNanos(), 0);
  timespec time{static_cast<time_t>(left / 1'000'000'000), static_cast<long>(left % 1'000'000'000)};
  int count = ppoll(polled, items.size(), &time, nullptr);
  if (count < 0 && errno != EINTR) return Failure{errno, "poll"};
  for (size_t i = 0; i < items.size(); ++i) items[i].ready = count > 0 && polled[i].revents != 0;
  return static_cast<size_t>(std::max(count, 0));
}

Result<int> OpenEdgeWatch(int first, int second) {
  int watch = epoll_create1(EPOLL_CLOEXEC);
  if (watch < 0) return Failure{errno, "epoll_create1"};
  for (int descriptor : {first, second}) {
    if (descriptor < 0) continue;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    epoll_ctl(watch, EPOLL_CTL_ADD, descriptor, &event);
  }
  return watch;
}

void PassEdges(int watch) {
  epoll_event events[2];
  epoll_wait(watch, events, 2, 0);
}

Result<int> OpenSignalDescriptor() {
  int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (descriptor < 0) return Failure{errno, "eventfd"};
  return descriptor;
}

void SignalDescriptor(int descriptor) { eventfd_write(descriptor, 1); }

Result<PollSet> PollSet::Open() {
  int descriptor = epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0) return Failure{errno, "epoll_create1"};
  return PollSet(descriptor);
}

bool PollSet::Watch(int descriptor, bool reading, bool writing) {
  epoll_event event{};
  event.events = (reading ? EPOLLIN : 0u) | (writing ? EPOLLOUT : 0u);
  event.data.fd = descriptor;
  if (event.events == 0) return epoll_ctl(descriptor_, EPOLL_CTL_DEL, descriptor, nullptr) == 0;
  return epoll_ctl(descriptor_, EPOLL_CTL_MOD, descriptor, &event) == 0 ||
         (errno == ENOENT && epoll_ctl(descriptor_, EPOLL_CTL_ADD, descriptor, &event) == 0);
}

std::vector<PollSet::Ready> PollSet::Look() {
  epoll_event events[64];
  int count = epoll_wait(descriptor_, events, 64, 0);
  std::vector<Ready> ready;
  for (int i = 0; i < count; ++i) {
    bool ended = events[i].events & (EPOLLERR | EPOLLHUP);
    ready.push_back({events[i].data.fd, ended || (events[i].events & EPOLLIN),
                     ended || (events[i].events & EPOLLOUT)});
  }
  return ready;
}

void PollSet::Close() { close(descriptor_); }

}  // namespace heddle::os
