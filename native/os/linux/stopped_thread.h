#pragma once

#include <ucontext.h>

#include <cstddef>
#include <cstdint>

namespace heddle::os {

/// Of a thread that stands in a signal handler, by what the handler was given. On x86-64; elsewhere
/// nobody forks, and it knows nothing.
class StoppedThread {
 public:
  explicit StoppedThread(const void* frame) : state_(*static_cast<const ucontext_t*>(frame)) {}

  /// Whether it comes out of a system call, or is about to make one.
  bool IsAtSystemCall() const;

  /// Whether it has been waiting for something to happen, and has not been woken: it holds no lock
  /// then, as a rule, and does not wait for one.
  bool IsWaiting() const;

  /// Whether there is an address in a register that lies there.
  bool HasAddressIn(uintptr_t begin, size_t bytes) const;

 private:
  const ucontext_t& state_;
};

}  // namespace heddle::os
