#include "os/output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace heddle::os {

int WriteAll(int descriptor, const void* data, size_t size, int patience_ms, bool (*give_up)(void*),
             void* context) {
  auto* next = static_cast<const char*>(data);
  while (size > 0) {
    ssize_t written = write(descriptor, next, size);
    if (written >= 0) {
      next += written;
      size -= static_cast<size_t>(written);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd poll_descriptor{descriptor, POLLOUT, 0};
      poll(&poll_descriptor, 1, patience_ms);
      if (give_up(context)) return EAGAIN;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace heddle::os
