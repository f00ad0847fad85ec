// Locks and unlocks a mutex that nobody else wants. Prints nanoseconds per pair.
//   mutex_loop (private | shared) PAIRS
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static double Now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e9 + now.tv_nsec;
}

static void* Sleep(void* unused) {
  for (;;) pause();
  return unused;
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  int shared = strcmp(argv[1], "shared") == 0;
  long pairs = atol(argv[2]);

  pthread_mutex_t* mutex = mmap(NULL, sizeof *mutex, PROT_READ | PROT_WRITE,
                                (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS, -1, 0);
  if (mutex == MAP_FAILED) return 1;
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes,
                               shared ? PTHREAD_PROCESS_SHARED : PTHREAD_PROCESS_PRIVATE);
  pthread_mutex_init(mutex, &attributes);

  // While there is only one thread, glibc leaves the atomic instructions out.
  pthread_t other;
  if (pthread_create(&other, NULL, Sleep, NULL) != 0) return 1;

  // volatile: the counter is what the mutex guards, and stays in the loop.
  static volatile long guarded;
  double began = Now();
  for (long i = 0; i < pairs; ++i) {
    pthread_mutex_lock(mutex);
    guarded = guarded + 1;
    pthread_mutex_unlock(mutex);
  }
  double ended = Now();
  if (guarded != pairs) return 1;
  printf("%.3f\n", (ended - began) / pairs);
  return 0;
}
