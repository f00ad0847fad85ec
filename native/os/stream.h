#pragma once

#include <cstddef>
#include <cstdint>

#include "os/result.h"

namespace heddle::os {

/// Streams of bytes between processes: pipes and sockets. No call here waits: where one would have
/// to, it fails with EAGAIN. Who wants to wait uses poll.h.

struct StreamEnds {
  int first;
  int second;
};

/// A pipe, the end for reading first. Both close-on-exec and non-blocking.
Result<StreamEnds> MakePipe();

/// Two sockets, each other's peers. Close-on-exec.
Result<StreamEnds> MakeSocketPair();

/// Whether an open descriptor is a socket, whose reads and writes never wait. Anything else is made
/// non-blocking. Fails with EBADF.
Result<bool> PrepareStream(int descriptor);

struct StreamPart {
  const void* data;
  size_t size;
};

/// Reads what there is, at most `size` bytes; 0 at the end of the stream.
Result<size_t> ReadStream(int descriptor, bool is_socket, void* data, size_t size);

/// Writes what there is room for, of one or two parts.
Result<size_t> WriteStream(int descriptor, bool is_socket, const StreamPart* parts, size_t count);

/// Another descriptor (close-on-exec) of the same.
Result<int> DuplicateDescriptor(int descriptor);

}  // namespace heddle::os
