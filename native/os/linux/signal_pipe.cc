#include "os/signal_pipe.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <vector>

namespace heddle::os {
namespace {

/// What libuv's signal handler writes (uv__signal_msg_t): the handle, then the number.
struct SignalMessage {
  void* handle;
  int number;
};

/// A pipe to copy into: tee(2) leaves the source as it was.
struct Scratch {
  int read = -1;
  int write = -1;
  Scratch() {
    int ends[2];
    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0) {
      read = ends[0];
      write = ends[1];
    }
  }
  ~Scratch() {
    if (read >= 0) close(read);
    if (write >= 0) close(write);
  }
};

}  // namespace

bool PeekInterrupt(int descriptor, int* seen) {
  int available = 0;
  if (descriptor < 0 || ioctl(descriptor, FIONREAD, &available) < 0) return false;
  // Less than before: the loop has read the pipe in the meantime.
  if (available < *seen) *seen = 0;
  if (available == *seen) return false;

  Scratch scratch;
  if (scratch.read < 0) return false;
  ssize_t copied = tee(descriptor, scratch.write, 65536, SPLICE_F_NONBLOCK);
  if (copied <= 0) return false;
  std::vector<SignalMessage> messages(static_cast<size_t>(copied) / sizeof(SignalMessage));
  ssize_t got = read(scratch.read, messages.data(), messages.size() * sizeof(SignalMessage));
  if (got <= 0) return false;

  bool interrupted = false;
  size_t count = static_cast<size_t>(got) / sizeof(SignalMessage);
  for (size_t i = static_cast<size_t>(*seen) / sizeof(SignalMessage); i < count; ++i) {
    if (messages[i].number == SIGINT) interrupted = true;
  }
  *seen = static_cast<int>(got);
  return interrupted;
}

}  // namespace heddle::os
