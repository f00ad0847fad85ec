#pragma once

#include <cstddef>

namespace heddle::os {

/// A mutex in memory shared between processes that survives the death of its holder.
/// Lives in place in shared memory: no constructor, Initialize once, never destroyed.
class RobustMutex {
 public:
  void Initialize();

  /// Takes the mutex. Returns true when its last holder died inside the critical section:
  /// the caller must then check and repair what the mutex guards.
  bool Lock();
  void Unlock();

 private:
  alignas(8) std::byte storage_[64];
};

}  // namespace heddle::os
