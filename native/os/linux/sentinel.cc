#include <fcntl.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "os/process.h"
#include "os/thread.h"

namespace heddle::os {
namespace {

/// By number, since headers of older systems do not have it. The same on all architectures.
constexpr long kPidfdOpen = 434;

/// Where there is no pidfd (Linux before 5.3): a thread that waits, without reaping, and then
/// closes the other end of the sentinel. A pipe held open by the child would be cheaper, but
/// whatever the child starts would hold it, too.
struct Waiter {
  pid_t pid;
  int end;
};

void* WaitForEnd(void* argument) {
  auto* waiter = static_cast<Waiter*>(argument);
  BecomeBackgroundThread("heddle-child");
  siginfo_t info;
  while (waitid(P_PID, static_cast<id_t>(waiter->pid), &info, WEXITED | WNOWAIT) < 0 &&
         errno == EINTR) {
  }
  close(waiter->end);
  delete waiter;
  return nullptr;
}

Result<int> SentinelWithThread(pid_t pid) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return Failure{errno, "pipe2"};
  auto* waiter = new Waiter{pid, ends[1]};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, size_t{256} << 10);
  pthread_t thread;
  int error = pthread_create(&thread, &attributes, WaitForEnd, waiter);
  pthread_attr_destroy(&attributes);
  if (error == 0) return ends[0];
  delete waiter;
  close(ends[0]);
  close(ends[1]);
  return Failure{error, "pthread_create"};
}

}  // namespace

Result<int> OpenSentinel(int64_t number) {
  auto pid = static_cast<pid_t>(number);
  long descriptor = syscall(kPidfdOpen, pid, 0);  // Close-on-exec by itself.
  if (descriptor >= 0) return static_cast<int>(descriptor);
  // EPERM: a sandbox that does not know the call. ESRCH: SIGCHLD is ignored here, so that the
  // kernel has already forgotten a child that was quick.
  if (errno == ENOSYS || errno == EPERM || errno == ESRCH) return SentinelWithThread(pid);
  return Failure{errno, "pidfd_open"};
}

}  // namespace heddle::os
