#pragma once

#include "os/linux/scratch.h"
#include "os/linux/stopped_thread.h"

namespace heddle::os {

class Look;

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
  bool Add(int descriptor) { return rings_.Add({descriptor, {}, {}}); }
  size_t count() const { return static_cast<size_t>(rings_.end() - rings_.begin()); }
  /// While all other threads stand still, once all are noted. One that is busy even the last time
  /// is not libuv's.
  State Read(bool is_last);
  /// Whether a thread, by its registers, is just counting one up.
  bool IsUsedBy(const StoppedThread& thread) const;
  /// In the forked process.
  bool Renew() const;

 private:
  /// A mapping of a ring.
  struct Part {
    uintptr_t from;
    size_t bytes;
    uint64_t offset;
  };
  struct Ring {
    int descriptor;
    Part queues;    ///< Where the counters are, and what is done.
    Part requests;  ///< What is to be done.
  };

  /// Once for all: whether it can be done here, by doing it.
  static bool CanRenew();
  /// Puts a part of the ring in the place of another's, while all higher addresses are taken.
  static bool MapInstead(const Part& part, int ring);
  State StateOf(Ring& ring, Scratch& scratch) const;
  /// The only part that shows the same as a look at the ring, known by a sign in a word of it:
  /// until Linux 5.16 all rings have one inode.
  bool Find(const Look& look, uint64_t offset, unsigned word, Part* found) const;

  ScratchList<Ring> rings_;
  ScratchList<Part> parts_;
};

}  // namespace heddle::os
