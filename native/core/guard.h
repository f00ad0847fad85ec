#pragma once

#include "os/futex.h"
#include "os/robust_mutex.h"

namespace heddle::core {

/// Guards state that several threads change in native code only, so that `terminate()` can
/// never cut a critical section. Within a process a futex mutex of one word; between
/// processes, where the holder may be killed, a robust mutex.
class Guard {
 public:
  explicit Guard(os::Scope scope) : scope_(scope) {
    if (scope_ == os::Scope::kShared) robust_.Initialize();
  }

  /// Returns true when the last holder died inside: check and repair what is guarded.
  bool Lock();
  void Unlock();

 private:
  bool Spin();

  // The robust mutex first: the word of the other kind then shares a cache line with what follows,
  // which whoever holds the guard is about to touch.
  os::RobustMutex robust_;
  const os::Scope scope_;
  os::Word word_{0};  ///< 0 free, 1 held, 2 held and somebody sleeps.
};

}  // namespace heddle::core
