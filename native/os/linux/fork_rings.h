#pragma once

#include "os/linux/scratch.h"
#include "os/linux/stopped_thread.h"

namespace heddle::os {

/// The io_urings of loops, through which libuv tells its epolls several changes at once: memory
/// that is shared with the kernel, and in a forked process with the other one, whose requests each
/// would take for its own. It gets new ones in the old ones' places. libuv's counters are in that
/// memory, so that all begin at zero.
///
/// Allocates nothing, and is to be used as RuntimeDescriptors, of which it is a part.
class RuntimeRings {
 public:
  enum class State {
    kIdle,
    /// One at least is not as libuv makes them for an epoll: those stay as they are.
    kUnrenewable,
    /// A loop is in the midst of using one, for some microseconds.
    kBusy,
  };

  /// Notes a descriptor of a ring.
  bool Add(int descriptor);
  /// While all other threads stand still, once all are noted. One that is busy even the last time
  /// is not libuv's.
  State Read(bool is_last);
  /// Whether a thread, by its registers, is just counting one up.
  bool IsUsedBy(const StoppedThread& thread) const;
  /// In the forked process.
  bool Renew() const;

 private:
  struct Ring {
    int descriptor;
    unsigned entries;
    uint64_t inode;
    uintptr_t queues;    ///< Where the counters are, and what is done.
    uintptr_t requests;  ///< What is to be done.
    size_t queue_bytes;
    size_t request_bytes;
    unsigned mappings;
  };

  /// Once for all: whether it can be done here, by doing it.
  static bool CanRenew();
  State StateOf(const Ring& ring, Scratch& scratch) const;

  ScratchList<Ring> rings_;
};

}  // namespace heddle::os
