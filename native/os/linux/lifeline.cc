#include "os/lifeline.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "os/descriptor_watch.h"

namespace heddle::os {

Result<Lifeline> MakeLifeline() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return Failure{errno, "pipe2"};
  return Lifeline{ends[0], ends[1]};
}

Result<bool> OnLifelineEnd(int read_end, void (*callback)(void*), void* context) {
  if (fcntl(read_end, F_SETFD, FD_CLOEXEC) < 0) return Failure{errno, "fcntl"};
  return CallWhenReadable(read_end, callback, context);
}

}  // namespace heddle::os
