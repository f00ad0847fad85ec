#pragma once

#include <atomic>

namespace heddle::os {

/// A thread that was at work when its process was copied has, in the copy, the number of its
/// original in the C library (fork_process.cc). The kernel looks after robust mutexes by the real
/// one.
extern std::atomic<bool> g_has_kept_numbers;

void UseRealNumber();
void UseKeptNumber();

/// While it holds a robust mutex, or is about to take it, a thread has its real number. They nest.
class RealNumber {
 public:
  static void Enter() {
    if (g_has_kept_numbers.load(std::memory_order_relaxed)) UseRealNumber();
  }
  static void Leave() {
    if (g_has_kept_numbers.load(std::memory_order_relaxed)) UseKeptNumber();
  }
};

}  // namespace heddle::os
