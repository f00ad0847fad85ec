#include "os/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace heddle::os {
namespace {

constexpr auto kByDescriptor = static_cast<idtype_t>(3);  // P_PIDFD of newer headers.
constexpr long kPidfdSendSignal = 424;                    // The same on all architectures.

}  // namespace

Result<ExitStatus> ReapProcess(int64_t pid, int sentinel) {
  siginfo_t info{};
  // By descriptor a child that somebody else has reaped, whose pid may be another child's by now,
  // is not mistaken. EINVAL, EBADF: the sentinel is no pidfd, or the kernel (before 5.4) waits for
  // none.
  int status = waitid(kByDescriptor, static_cast<id_t>(sentinel), &info, WEXITED | WNOHANG);
  if (status < 0 && (errno == EINVAL || errno == EBADF)) {
    status = waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG);
  }
  if (status < 0) return Failure{errno, "waitid"};
  if (info.si_pid == 0) return ExitStatus{false, 0};
  return ExitStatus{true, info.si_code == CLD_EXITED ? info.si_status : -info.si_status};
}

Result<bool> SignalProcess(int64_t pid, int sentinel, int signal) {
  long status = syscall(kPidfdSendSignal, sentinel, signal, nullptr, 0);
  if (status == 0 || errno == ESRCH) return true;
  if (errno == EINVAL && (signal < 0 || signal > SIGRTMAX)) return Failure{EINVAL, "kill"};
  // No pidfd, or nothing that knows it: while the child is not reaped, its number is its own.
  if (kill(static_cast<pid_t>(pid), signal) == 0 || errno == ESRCH) return true;
  return Failure{errno, "kill"};
}

void KillAndReap(int64_t pid) {
  kill(static_cast<pid_t>(pid), SIGKILL);
  siginfo_t info;
  while (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED) < 0 && errno == EINTR) {
  }
}

Result<uint64_t> ProcessStartTime(int64_t pid) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%lld/stat", static_cast<long long>(pid));
  int file = open(path, O_RDONLY | O_CLOEXEC);
  // ENOENT is what /proc says where kill() says ESRCH.
  if (file < 0) return Failure{errno == ENOENT ? ESRCH : errno, "open"};
  char text[1024];
  ssize_t size = read(file, text, sizeof text - 1);
  int error = errno;
  close(file);
  if (size <= 0) return Failure{size == 0 ? ESRCH : error, "read"};
  text[size] = '\0';
  // The name, field 2, may hold anything; the last parenthesis ends it.
  const char* field = std::strrchr(text, ')');
  if (field == nullptr || field[1] == '\0') return Failure{ESRCH, "read"};
  char state = field[2];
  if (state == 'Z' || state == 'X') return Failure{ESRCH, "read"};
  for (int number = 2; number < 22; ++number) {
    field = std::strchr(field + 1, ' ');
    if (field == nullptr) return Failure{ESRCH, "read"};
  }
  return static_cast<uint64_t>(std::strtoull(field + 1, nullptr, 10));
}

bool ProcessIsAlive(int64_t pid, uint64_t start_time) {
  Result<uint64_t> found = ProcessStartTime(pid);
  return found.ok() && found.value() == start_time;
}

int64_t CurrentProcess() { return getpid(); }

void IgnoreInterrupts(bool ignore) {
  static struct sigaction before;
  struct sigaction nothing{};
  nothing.sa_handler = SIG_IGN;
  sigaction(SIGINT, ignore ? &nothing : &before, ignore ? &before : nullptr);
}

void ExitNow(int code) { _exit(code); }

}  // namespace heddle::os
