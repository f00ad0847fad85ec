#pragma once

#include <cstdint>
#include <string>

#include "os/result.h"

namespace heddle::os {

/// An end of a socket. With a host and a port it is one of the internet (version 4), else `path` is
/// one of the file system, or begins with a zero character and is in the system's abstract space.
struct SocketAddress {
  bool is_internet = false;
  std::string path;
  std::string host;
  uint16_t port = 0;
};

/// A socket (close-on-exec, non-blocking) that listens at the address. An abstract path that is
/// only a zero character is completed by the system.
Result<int> ListenAt(const SocketAddress& address, int backlog);

/// The next connection (close-on-exec); EAGAIN if there is none.
Result<int> AcceptFrom(int listener, SocketAddress* peer);

/// A socket that connects, and is writable when it has: then FinishConnecting() tells how it went.
/// EAGAIN where the listener takes no more for now.
Result<int> StartConnecting(const SocketAddress& address);
/// From here on the socket is a blocking one, as CPython's are.
Result<bool> FinishConnecting(int descriptor);

/// The address of the socket itself.
Result<SocketAddress> AddressOf(int descriptor);

/// The first internet address of a host. Asks the system's resolver, which may wait for others.
Result<std::string> ResolveHost(const std::string& host);

/// Makes each call on a socket that would wait longer than that fail with EAGAIN.
void LimitWaits(int descriptor, int64_t nanoseconds);

/// Whether a process of this user is at the other end.
bool IsSameUser(int descriptor);

/// Sends one byte, which is 1, and with it a descriptor, as CPython does. EAGAIN where there is no
/// room.
Result<bool> SendDescriptor(int socket, int descriptor);
/// What ReceiveDescriptor() finds instead of a descriptor.
constexpr int kNoDescriptor = -1;
constexpr int kEndOfSocket = -2;
/// Receives such a byte; the descriptor is close-on-exec. kNoDescriptor if none came with it, or
/// several, which are closed. `waits`: else EAGAIN where there is nothing yet.
Result<int> ReceiveDescriptor(int socket, bool waits);

}  // namespace heddle::os
