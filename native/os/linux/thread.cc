#include "os/thread.h"

#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

namespace heddle::os {

NativeThreadId CurrentThreadId() { return syscall(SYS_gettid); }

NativeThreadId MainThreadId() { return getpid(); }

bool IsMainThread() { return CurrentThreadId() == MainThreadId(); }

std::vector<NativeThreadId> ListThreads() {
  std::vector<NativeThreadId> threads;
  DIR* directory = opendir("/proc/self/task");
  if (directory == nullptr) return threads;
  while (dirent* entry = readdir(directory)) {
    if (entry->d_name[0] != '.') threads.push_back(strtoll(entry->d_name, nullptr, 10));
  }
  closedir(directory);
  return threads;
}

bool ThreadExists(NativeThreadId id) { return syscall(SYS_tgkill, getpid(), id, 0) == 0; }

int UsableCores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  return static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
}

bool StartBackgroundThread(void (*run)()) {
  pthread_t thread;
  auto* begin = reinterpret_cast<void*>(run);
  if (pthread_create(
          &thread, nullptr,
          [](void* argument) -> void* {
            reinterpret_cast<void (*)()>(argument)();
            return nullptr;
          },
          begin) != 0) {
    return false;
  }
  pthread_detach(thread);
  return true;
}

void BecomeBackgroundThread(const char* name) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  pthread_setname_np(pthread_self(), name);
}

void SpinPause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace heddle::os
