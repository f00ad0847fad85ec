#include "os/stream.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

namespace heddle::os {
namespace {

/// The result of a call that signals may interrupt.
template <class Call>
Result<size_t> Transfer(const char* name, Call&& call) {
  for (;;) {
    ssize_t count = call();
    if (count >= 0) return static_cast<size_t>(count);
    if (errno != EINTR) return Failure{errno, name};
  }
}

}  // namespace

Result<StreamEnds> MakePipe() {
  int ends[2];
  // Each end is a description of its own: nobody but us can be surprised by its flags.
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) return Failure{errno, "pipe2"};
  return StreamEnds{ends[0], ends[1]};
}

Result<StreamEnds> MakeSocketPair() {
  int ends[2];
  // Blocking, as CPython's are: one may be inherited by a program that expects it so.
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
    return Failure{errno, "socketpair"};
  }
  return StreamEnds{ends[0], ends[1]};
}

Result<bool> PrepareStream(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) < 0) return Failure{errno, "fstat"};
  if (S_ISSOCK(status.st_mode)) return true;
  int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) {
    return Failure{errno, "fcntl"};
  }
  return false;
}

Result<size_t> ReadStream(int descriptor, bool is_socket, void* data, size_t size) {
  return Transfer("read", [&] {
    return is_socket ? recv(descriptor, data, size, MSG_DONTWAIT) : read(descriptor, data, size);
  });
}

Result<size_t> WriteStream(int descriptor, bool is_socket, const StreamPart* parts, size_t count) {
  iovec vectors[2];
  for (size_t i = 0; i < count; ++i) {
    vectors[i] = {const_cast<void*>(parts[i].data), parts[i].size};
  }
  if (!is_socket) {
    return Transfer("write", [&] { return writev(descriptor, vectors, static_cast<int>(count)); });
  }
  msghdr message{};
  message.msg_iov = vectors;
  message.msg_iovlen = count;
  return Transfer("write",
                  [&] { return sendmsg(descriptor, &message, MSG_DONTWAIT | MSG_NOSIGNAL); });
}

Result<int> DuplicateDescriptor(int descriptor) {
  int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) return Failure{errno, "fcntl"};
  return copy;
}

}  // namespace heddle::os
