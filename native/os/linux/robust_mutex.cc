#include "os/robust_mutex.h"

#include <pthread.h>
#include <time.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "os/linux/thread_number.h"
#include "os/thread.h"

namespace heddle::os {
namespace {

static_assert(sizeof(pthread_mutex_t) <= 64);

/// What the mutex guards takes some ten nanoseconds; to sleep and be woken takes microseconds.
constexpr int kSpins = 100;

/// How long somebody sleeps at most before he looks again. Who is woken by the holder and killed
/// before he has the mutex takes the wake-up with him, if yet another one has taken the mutex
/// meanwhile, who does not know that somebody sleeps: the kernel hands on a wake-up only where the
/// mutex is free at that moment.
constexpr long kSliceNanos = 50'000'000;

int LockForASlice(pthread_mutex_t* mutex) {
  timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += kSliceNanos;
  until.tv_sec += until.tv_nsec / 1'000'000'000;
  until.tv_nsec %= 1'000'000'000;
  return pthread_mutex_timedlock(mutex, &until);
}

pthread_mutex_t* Mutex(std::byte* storage) {
  return std::launder(reinterpret_cast<pthread_mutex_t*>(storage));
}

}  // namespace

void RobustMutex::Initialize() {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(new (storage_) pthread_mutex_t, &attributes);
  pthread_mutexattr_destroy(&attributes);
}

bool RobustMutex::Lock() {
  RealNumber::Enter();
  int error = EBUSY;
  for (int i = 0; i < kSpins && error == EBUSY; ++i) {
    error = pthread_mutex_trylock(Mutex(storage_));
    if (error == EBUSY) SpinPause();
  }
  while (error == EBUSY || error == ETIMEDOUT) error = LockForASlice(Mutex(storage_));
  if (error == 0) return false;
  if (error != EOWNERDEAD) {
    std::fprintf(stderr, "heddle: a shared mutex is broken (error %d)\n", error);
    std::abort();
  }
  pthread_mutex_consistent(Mutex(storage_));
  return true;
}

void RobustMutex::Unlock() {
  pthread_mutex_unlock(Mutex(storage_));
  RealNumber::Leave();
}

}  // namespace heddle::os
