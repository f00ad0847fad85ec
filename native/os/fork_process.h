#pragma once

#include <cstdint>

#include "os/result.h"

namespace heddle::os {

/// Whose child a forked process is.
enum class ForkAs : uint8_t {
  kChild,    ///< Ours.
  kSibling,  ///< Our parent's: as if that one had started it.
};

/// What is to be done while all other threads stand still. It must not allocate, nor wait for a
/// lock that one of them may have; none of them holds a robust mutex.
struct ForkHooks {
  /// In the parent, before: 0, or the error with which nothing comes of it; EBUSY: it is tried
  /// again the next moment, for a tenth of a second. Only the system can still fail after it.
  int (*before)(void* context) = nullptr;
  /// In the child.
  void (*in_child)(void* context) = nullptr;
  void* context = nullptr;
};

/// To be called once, when the library is loaded: which pipes and rings are the runtime's own, from
/// its first loops and its signal handlers.
void RememberRuntimeDescriptors();

/// Makes a process that is a copy of this one *with all its threads*, each of which goes on where
/// it is. 0 in the child, its pid in the parent. So V8's helpers, libuv's pool and what else is
/// under way are there in the child, too; fork() would leave it without them, to hang in its first
/// garbage collection.
///
/// In the child the epolls, the eventfds of loops and the runtime's own pipes are new ones under
/// their old numbers, so that its loops go on as its threads do; all else is shared as after
/// fork(). `pthread_atfork` handlers do not run.
///
/// Only the main thread may call it. ENOSYS where the system does not allow this, EAGAIN if a
/// thread does not stop within two seconds; nothing has happened then.
Result<int64_t> ForkProcess(ForkAs as, const ForkHooks& hooks = {});

/// In the child: whether it has descriptors of a loop's that cannot be renewed from outside
/// (inotify, io_uring). Their loop has to make its own (uv_loop_fork), and may lose what was just
/// coming.
bool MustLoopsRestart();

}  // namespace heddle::os
