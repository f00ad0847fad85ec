#include "os/socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

namespace heddle::os {
namespace {

union RawAddress {
  sockaddr any;
  sockaddr_in internet;
  sockaddr_un local;
};

/// The system's form of an address, and its length; 0 where the path is too long.
socklen_t Pack(const SocketAddress& address, RawAddress* raw) {
  std::memset(raw, 0, sizeof *raw);
  if (address.is_internet) {
    raw->internet.sin_family = AF_INET;
    raw->internet.sin_port = htons(address.port);
    inet_pton(AF_INET, address.host.c_str(), &raw->internet.sin_addr);
    return sizeof raw->internet;
  }
  raw->local.sun_family = AF_UNIX;
  const std::string& path = address.path;
  // Without a name after the zero, the system gives one.
  if (path == std::string(1, '\0')) return sizeof raw->local.sun_family;
  bool is_abstract = !path.empty() && path[0] == '\0';
  if (path.size() + (is_abstract ? 0 : 1) > sizeof raw->local.sun_path) return 0;
  std::memcpy(raw->local.sun_path, path.data(), path.size());
  return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() +
                                (is_abstract ? 0 : 1));
}

SocketAddress Unpack(const RawAddress& raw, socklen_t length) {
  SocketAddress address;
  if (raw.any.sa_family == AF_INET) {
    char text[INET_ADDRSTRLEN] = "";
    inet_ntop(AF_INET, &raw.internet.sin_addr, text, sizeof text);
    address.is_internet = true;
    address.host = text;
    address.port = ntohs(raw.internet.sin_port);
  } else if (length > offsetof(sockaddr_un, sun_path)) {
    size_t size = length - offsetof(sockaddr_un, sun_path);
    address.path.assign(raw.local.sun_path, size);
    if (address.path[0] != '\0') address.path.resize(std::strlen(address.path.c_str()));
  }
  return address;
}

Result<int> Open(const SocketAddress& address) {
  int family = address.is_internet ? AF_INET : AF_UNIX;
  int descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return Failure{errno, "socket"};
  return descriptor;
}

Result<int> Failed(int descriptor, const char* call) {
  Failure failure{errno, call};
  close(descriptor);
  return failure;
}

/// One byte, and room for a descriptor beside it.
struct DescriptorMessage {
  DescriptorMessage() {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
  }
  DescriptorMessage(const DescriptorMessage&) = delete;
  DescriptorMessage& operator=(const DescriptorMessage&) = delete;

  char byte = 1;
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr header{};
};

}  // namespace

Result<int> ListenAt(const SocketAddress& address, int backlog) {
  RawAddress raw;
  socklen_t length = Pack(address, &raw);
  if (length == 0) return Failure{ENAMETOOLONG, "bind"};
  Result<int> opened = Open(address);
  if (!opened.ok()) return opened;
  int descriptor = opened.value();
  int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(descriptor, &raw.any, length) < 0) return Failed(descriptor, "bind");
  if (listen(descriptor, backlog) < 0) return Failed(descriptor, "listen");
  return descriptor;
}

Result<int> AcceptFrom(int listener, SocketAddress* peer) {
  for (;;) {
    RawAddress raw{};
    socklen_t length = sizeof raw;
    int descriptor = accept4(listener, &raw.any, &length, SOCK_CLOEXEC);
    if (descriptor >= 0) {
      *peer = Unpack(raw, length);
      return descriptor;
    }
    // One that has gone again is nobody's concern.
    if (errno != EINTR && errno != ECONNABORTED) return Failure{errno, "accept"};
  }
}

Result<int> StartConnecting(const SocketAddress& address) {
  RawAddress raw;
  socklen_t length = Pack(address, &raw);
  if (length == 0) return Failure{ENAMETOOLONG, "connect"};
  Result<int> opened = Open(address);
  if (!opened.ok()) return opened;
  int descriptor = opened.value();
  if (connect(descriptor, &raw.any, length) == 0 || errno == EINPROGRESS) return descriptor;
  return Failed(descriptor, "connect");
}

Result<bool> FinishConnecting(int descriptor) {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) < 0) {
    return Failure{errno, "getsockopt"};
  }
  if (error != 0) return Failure{error, "connect"};
  int flags = fcntl(descriptor, F_GETFL);
  fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK);
  return true;
}

Result<SocketAddress> AddressOf(int descriptor) {
  RawAddress raw{};
  socklen_t length = sizeof raw;
  if (getsockname(descriptor, &raw.any, &length) < 0) return Failure{errno, "getsockname"};
  return Unpack(raw, length);
}

Result<std::string> ResolveHost(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int error = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0) return Failure{error == EAI_SYSTEM ? errno : ENOENT, "getaddrinfo"};
  char text[INET_ADDRSTRLEN] = "";
  inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in*>(found->ai_addr)->sin_addr, text, sizeof text);
  freeaddrinfo(found);
  return std::string(text);
}

void LimitWaits(int descriptor, int64_t nanoseconds) {
  int flags = fcntl(descriptor, F_GETFL);
  fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK);
  timeval time{static_cast<time_t>(nanoseconds / 1'000'000'000),
               static_cast<suseconds_t>(nanoseconds % 1'000'000'000 / 1000)};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

bool IsSameUser(int descriptor) {
  ucred peer{};
  socklen_t length = sizeof peer;
  return getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 &&
         peer.uid == geteuid();
}

Result<bool> SendDescriptor(int socket, int descriptor) {
  DescriptorMessage message;
  cmsghdr* header = CMSG_FIRSTHDR(&message.header);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  if (sendmsg(socket, &message.header, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
    return Failure{errno, "sendmsg"};
  return true;
}

Result<int> ReceiveDescriptor(int socket, bool waits) {
  DescriptorMessage message;
  ssize_t count;
  do {
    count = recvmsg(socket, &message.header, MSG_CMSG_CLOEXEC | (waits ? 0 : MSG_DONTWAIT));
  } while (count < 0 && errno == EINTR);
  if (count < 0) return Failure{errno, "recvmsg"};
  cmsghdr* header = CMSG_FIRSTHDR(&message.header);
  if (count == 0 && header == nullptr) return kEndOfSocket;
  if (header == nullptr || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
    return kNoDescriptor;
  }
  // The room for one is rounded up to that for two, so that whoever sends more gives us two.
  int found[CMSG_SPACE(sizeof(int)) / sizeof(int)];
  size_t received = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  std::memcpy(found, CMSG_DATA(header), received * sizeof(int));
  if (received == 1 && !(message.header.msg_flags & MSG_CTRUNC)) return found[0];
  for (size_t i = 0; i < received; ++i) close(found[i]);
  return kNoDescriptor;
}

}  // namespace heddle::os
