#pragma once

#include <sys/epoll.h>
#include <sys/types.h>

#include "os/linux/fork_rings.h"
#include "os/linux/scratch.h"

namespace heddle::os {

struct RuntimePipe;

/// What loops wait for and are woken by. Two processes that share an epoll, the eventfd which wakes
/// it or libuv's pipes take each other's wake-ups, so that a forked process gets its own.
///
/// Read before the fork: right after it the parent goes on, and changes what the two still share.
/// Allocates nothing.
class RuntimeDescriptors {
 public:
  enum class State {
    kRead,
    kBusy,    ///< A thread is in the midst of changing them, for some microseconds.
    kFailed,  ///< Something could not be read.
  };

  /// While all other threads stand still; once. `is_last`: what is busy then is nobody's loop.
  State Read(bool is_last);
  /// Whether a thread, by its registers, is in the midst of changing them.
  bool AreUsedBy(const StoppedThread& thread) const { return rings_.IsUsedBy(thread); }
  /// In the forked process, whose threads stand still: puts new ones in their places. False if
  /// something could not be had.
  bool Renew() const;

 private:
  struct Pipe {
    int read;
    int write;
    bool is_nonblocking;
    bool has_byte;
    RuntimePipe* remembered;  ///< Null for those of later loops.
  };
  struct PipeEnd {
    int descriptor;
    int access;
    ino_t inode;
  };
  struct Event {
    int descriptor;
    unsigned count;
  };
  struct Watch {
    int target;
    epoll_event event;
  };
  struct Poll {
    int descriptor;
    size_t watches;  ///< How many of them are its own; they stand in the polls' order.
  };

  bool AddPipe(int read, int write, RuntimePipe* remembered);
  bool ReadPipes();
  bool ReadPipeEnd(int descriptor);
  bool IsWatched(int descriptor) const;
  bool IsKnown(int descriptor) const;
  bool ReadEvent(Scratch& scratch, int descriptor);
  bool ReadPoll(Scratch& scratch, int descriptor);

  ScratchList<Pipe> pipes_;
  ScratchList<PipeEnd> pipe_ends_;
  ScratchList<Event> events_;
  ScratchList<Poll> polls_;
  ScratchList<Watch> watches_;
  RuntimeRings rings_;
};

}  // namespace heddle::os
