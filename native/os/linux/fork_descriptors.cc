#include "os/linux/fork_descriptors.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "os/fork_process.h"
#include "os/linux/scratch.h"

namespace heddle::os {
namespace {

/// A pipe of the runtime's, by its ends in this process.
struct RuntimePipe {
  ino_t inode;
  int read;
  int write;
};

/// libuv has one for all its signal handlers and one more for each loop that listens to signals.
constexpr size_t kMostPipes = 16;
/// The runtime opens its own before any code of the user's runs.
constexpr int kFirstDescriptors = 64;

RuntimePipe g_pipes[kMostPipes];
size_t g_pipe_count = 0;
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

bool RenewPipe(const RuntimePipe& pipe) {
  // The numbers may be another's by now.
  ino_t read_end = 0, write_end = 0;
  if (!IsPipeEnd(pipe.read, &read_end) || read_end != pipe.inode) return true;
  if (!IsPipeEnd(pipe.write, &write_end) || write_end != pipe.inode) return true;
  int flags = fcntl(pipe.read, F_GETFL);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | (flags & O_NONBLOCK)) < 0) return false;
  // One byte is libuv's lock around its signal handlers, which nobody has. More are signals, which
  // the parent has received.
  int filled = 0;
  if (ioctl(pipe.read, FIONREAD, &filled) == 0 && filled == 1) {
    if (write(ends[1], "*", 1) != 1) return false;
  }
  bool first = Replace(ends[0], pipe.read);
  return Replace(ends[1], pipe.write) && first;
}

enum class Kind { kOther, kEvent, kPoll, kUnrenewable };

Kind KindOf(int descriptor) {
  char path[32], target[32];
  std::snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(path, target, sizeof target - 1);
  if (length < 0) return Kind::kOther;
  target[length] = '\0';
  if (std::strcmp(target, "anon_inode:[eventfd]") == 0) return Kind::kEvent;
  if (std::strcmp(target, "anon_inode:[eventpoll]") == 0) return Kind::kPoll;
  bool is_watch = std::strcmp(target, "anon_inode:inotify") == 0;
  bool is_ring = std::strcmp(target, "anon_inode:[io_uring]") == 0;
  return is_watch || is_ring ? Kind::kUnrenewable : Kind::kOther;
}

char* Information(Scratch& scratch, int descriptor) {
  char path[40];
  std::snprintf(path, sizeof path, "/proc/self/fdinfo/%d", descriptor);
  return scratch.Read(path);
}

bool RenewEvent(Scratch& scratch, int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  // As a loop makes its own. What is to be inherited by programs is meant to be shared.
  if (!(flags & O_NONBLOCK) || !(fcntl(descriptor, F_GETFD) & FD_CLOEXEC)) return true;
  const char* text = Information(scratch, descriptor);
  const char* count = text != nullptr ? std::strstr(text, "eventfd-count:") : nullptr;
  if (count == nullptr) return false;
  auto value = static_cast<unsigned>(std::strtoul(count + 14, nullptr, 16));
  return Replace(eventfd(value, EFD_NONBLOCK | EFD_CLOEXEC), descriptor);
}

bool RenewPoll(Scratch& scratch, int descriptor) {
  char* text = Information(scratch, descriptor);
  int made = epoll_create1(EPOLL_CLOEXEC);
  if (text == nullptr || made < 0) return false;
  for (char* at = text; (at = std::strstr(at, "tfd:")) != nullptr;) {
    auto target = static_cast<int>(std::strtol(at + 4, &at, 10));
    char* events = std::strstr(at, "events:");
    char* data = std::strstr(at, "data:");
    if (events == nullptr || data == nullptr) break;
    epoll_event event{};
    event.events = static_cast<uint32_t>(std::strtoul(events + 7, nullptr, 16));
    event.data.u64 = std::strtoull(data + 5, &at, 16);
    // It fails for what is closed here and lives elsewhere: nobody waits for that.
    epoll_ctl(made, EPOLL_CTL_ADD, target, &event);
  }
  return Replace(made, descriptor);
}

}  // namespace

void RememberRuntimePipes() {
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

bool RenewRuntimeDescriptors() {
  bool done = true;
  g_must_restart = false;
  for (size_t i = 0; i < g_pipe_count; ++i) done = RenewPipe(g_pipes[i]) && done;
  Scratch scratch;
  // First what the epolls watch.
  for (Kind kind : {Kind::kEvent, Kind::kPoll}) {
    // Numbers do not change, so that the list can be read meanwhile.
    bool listed = ForEachNumber("/proc/self/fd", [&](int descriptor) {
      Kind found = KindOf(descriptor);
      if (found == Kind::kUnrenewable) g_must_restart = true;
      if (found != kind) return;
      bool renewed =
          kind == Kind::kEvent ? RenewEvent(scratch, descriptor) : RenewPoll(scratch, descriptor);
      done = renewed && done;
    });
    done = listed && done;
  }
  return done;
}

}  // namespace heddle::os
