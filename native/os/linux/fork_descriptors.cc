#include "os/linux/fork_descriptors.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "os/fork_process.h"
#include "os/linux/proc_self.h"

namespace heddle::os {

/// A pipe of the runtime's, by its ends in this process.
struct RuntimePipe {
  ino_t inode;
  int read;
  int write;
};

namespace {

/// libuv has one for all its signal handlers and one more for each loop that listens to signals.
constexpr size_t kMostPipes = 16;
/// The runtime opens its own before any code of the user's runs.
constexpr int kFirstDescriptors = 64;

RuntimePipe g_pipes[kMostPipes];
size_t g_pipe_count = 0;
/// The rings that there were when the library was loaded.
size_t g_ring_count = 0;
bool g_must_restart = false;

bool IsPipeEnd(int descriptor, ino_t* inode) {
  struct stat status;
  if (fstat(descriptor, &status) < 0 || !S_ISFIFO(status.st_mode)) return false;
  *inode = status.st_ino;
  return (fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0;
}

int AccessOf(int descriptor) { return fcntl(descriptor, F_GETFL) & O_ACCMODE; }

/// Puts `made` in the place of `descriptor`, which keeps its number.
bool Replace(int made, int descriptor) {
  if (made < 0) return false;
  bool done = dup3(made, descriptor, O_CLOEXEC) >= 0;
  close(made);
  return done;
}

enum class Kind { kOther, kEvent, kPoll, kRing, kUnrenewable };

Kind KindOf(int descriptor) {
  char path[32], target[32];
  std::snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(path, target, sizeof target - 1);
  if (length < 0) return Kind::kOther;
  target[length] = '\0';
  if (std::strcmp(target, "anon_inode:[eventfd]") == 0) return Kind::kEvent;
  if (std::strcmp(target, "anon_inode:[eventpoll]") == 0) return Kind::kPoll;
  if (std::strcmp(target, "anon_inode:[io_uring]") == 0) return Kind::kRing;
  return std::strcmp(target, "anon_inode:inotify") == 0 ? Kind::kUnrenewable : Kind::kOther;
}

}  // namespace

void RememberRuntimeDescriptors() {
  g_ring_count = 0;
  ForEachNumber("/proc/self/fd",
                [](int descriptor) { g_ring_count += KindOf(descriptor) == Kind::kRing; });
  for (int read = STDERR_FILENO + 1; read < kFirstDescriptors; ++read) {
    ino_t inode, other;
    if (!IsPipeEnd(read, &inode) || AccessOf(read) != O_RDONLY) continue;
    for (int write = STDERR_FILENO + 1; write < kFirstDescriptors; ++write) {
      if (!IsPipeEnd(write, &other) || other != inode || AccessOf(write) != O_WRONLY) continue;
      if (g_pipe_count < kMostPipes) g_pipes[g_pipe_count++] = {inode, read, write};
      break;
    }
  }
}

bool MustLoopsRestart() { return g_must_restart; }

bool RuntimeDescriptors::AddPipe(int read, int write, RuntimePipe* remembered) {
  int filled = 0;
  if (ioctl(read, FIONREAD, &filled) < 0) return false;
  bool is_nonblocking = (fcntl(read, F_GETFL) & O_NONBLOCK) != 0;
  // One byte is libuv's lock around its signal handlers, which nobody has. More are signals, which
  // the parent receives.
  return pipes_.Add({read, write, is_nonblocking, filled == 1, remembered});
}

bool RuntimeDescriptors::ReadPipes() {
  for (size_t i = 0; i < g_pipe_count; ++i) {
    RuntimePipe& pipe = g_pipes[i];
    // The numbers may be another's by now.
    ino_t read_end = 0, write_end = 0;
    if (!IsPipeEnd(pipe.read, &read_end) || read_end != pipe.inode) continue;
    if (!IsPipeEnd(pipe.write, &write_end) || write_end != pipe.inode) continue;
    if (!AddPipe(pipe.read, pipe.write, &pipe)) return false;
  }
  // Those of loops that were made later have both ends here, and are watched by their loops.
  for (const PipeEnd& read : pipe_ends_) {
    if (read.access != O_RDONLY || !IsWatched(read.descriptor) || IsKnown(read.descriptor)) {
      continue;
    }
    for (const PipeEnd& write : pipe_ends_) {
      if (write.inode != read.inode || write.access != O_WRONLY) continue;
      if (!AddPipe(read.descriptor, write.descriptor, nullptr)) return false;
      break;
    }
  }
  return true;
}

bool RuntimeDescriptors::IsWatched(int descriptor) const {
  return std::any_of(watches_.begin(), watches_.end(),
                     [&](const Watch& watch) { return watch.target == descriptor; });
}

bool RuntimeDescriptors::IsKnown(int descriptor) const {
  return std::any_of(pipes_.begin(), pipes_.end(),
                     [&](const Pipe& pipe) { return pipe.read == descriptor; });
}

bool RuntimeDescriptors::ReadPipeEnd(int descriptor) {
  ino_t inode = 0;
  int flags = fcntl(descriptor, F_GETFL);
  if (!(flags & O_NONBLOCK) || !IsPipeEnd(descriptor, &inode)) return true;
  return pipe_ends_.Add({descriptor, flags & O_ACCMODE, inode});
}

bool RuntimeDescriptors::ReadEvent(Scratch& scratch, int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  // As a loop makes its own. What is to be inherited by programs is meant to be shared.
  if (!(flags & O_NONBLOCK) || !(fcntl(descriptor, F_GETFD) & FD_CLOEXEC)) return true;
  const char* text = DescriptorInformation(scratch, descriptor);
  const char* count = text != nullptr ? std::strstr(text, "eventfd-count:") : nullptr;
  if (count == nullptr) return false;
  return events_.Add({descriptor, static_cast<unsigned>(std::strtoul(count + 14, nullptr, 16))});
}

bool RuntimeDescriptors::ReadPoll(Scratch& scratch, int descriptor) {
  char* at = DescriptorInformation(scratch, descriptor);
  if (at == nullptr) return false;
  size_t count = 0;
  for (; (at = std::strstr(at, "tfd:")) != nullptr; ++count) {
    Watch watch{};
    watch.target = static_cast<int>(std::strtol(at + 4, &at, 10));
    char* events = std::strstr(at, "events:");
    char* data = std::strstr(at, "data:");
    if (events == nullptr || data == nullptr) return false;
    watch.event.events = static_cast<uint32_t>(std::strtoul(events + 7, nullptr, 16));
    watch.event.data.u64 = std::strtoull(data + 5, &at, 16);
    if (!watches_.Add(watch)) return false;
  }
  return polls_.Add({descriptor, count});
}

RuntimeDescriptors::State RuntimeDescriptors::Read(bool is_last) {
  g_must_restart = false;
  Scratch scratch;
  bool done = true;
  bool listed = ForEachNumber("/proc/self/fd", [&](int descriptor) {
    switch (KindOf(descriptor)) {
      case Kind::kEvent:
        done = ReadEvent(scratch, descriptor) && done;
        break;
      case Kind::kPoll:
        done = ReadPoll(scratch, descriptor) && done;
        break;
      case Kind::kRing:
        done = rings_.Add(descriptor) && done;
        break;
      case Kind::kUnrenewable:
        g_must_restart = true;
        break;
      case Kind::kOther:
        done = ReadPipeEnd(descriptor) && done;
        break;
    }
  });
  if (!listed || !done || !ReadPipes()) return State::kFailed;
  RuntimeRings::State rings = rings_.Read(is_last);
  if (rings == RuntimeRings::State::kUnrenewable) {
    // The first loops' can stay: the main one's is made anew, and the others watch nothing new.
    if (rings_.count() > g_ring_count) return State::kFailed;
    g_must_restart = true;
  }
  return rings == RuntimeRings::State::kBusy ? State::kBusy : State::kRead;
}

bool RuntimeDescriptors::Renew() const {
  for (const Pipe& pipe : pipes_) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | (pipe.is_nonblocking ? O_NONBLOCK : 0)) < 0) return false;
    bool filled = !pipe.has_byte || write(ends[1], "*", 1) == 1;
    bool replaced = Replace(ends[0], pipe.read);
    if (!Replace(ends[1], pipe.write) || !replaced || !filled) return false;
    // A copy of the copy has its own, too.
    if (pipe.remembered != nullptr) IsPipeEnd(pipe.read, &pipe.remembered->inode);
  }
  for (const Event& event : events_) {
    if (!Replace(eventfd(event.count, EFD_NONBLOCK | EFD_CLOEXEC), event.descriptor)) return false;
  }
  // All of them before one is filled, as one may watch another.
  for (const Poll& poll : polls_) {
    if (!Replace(epoll_create1(EPOLL_CLOEXEC), poll.descriptor)) return false;
  }
  const Watch* watch = watches_.begin();
  for (const Poll& poll : polls_) {
    for (const Watch* end = watch + poll.watches; watch != end; ++watch) {
      epoll_event event = watch->event;
      // It fails for what is closed here and lives elsewhere: nobody waits for that.
      epoll_ctl(poll.descriptor, EPOLL_CTL_ADD, watch->target, &event);
    }
  }
  return rings_.Renew();
}

}  // namespace heddle::os
