#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "os/linux/proc_self.h"
#include "os/process.h"

#if defined(__SANITIZE_THREAD__)
/// The sanitizer takes every clone() for a fork, of which it marks the memory: here, ours.
extern "C" int __clone(int (*)(void*), void*, int, void*, ...);
#define HEDDLE_CLONE __clone
#else
#define HEDDLE_CLONE clone
#endif

/// The child borrows our memory until it runs its program, as with vfork(): nothing is copied, so
/// that the start of a child costs the same in a process of two gigabytes. What it may do there is
/// make system calls: memory that it changes is ours, and a lock may be held by a thread that it
/// does not have. glibc's posix_spawn does the same; ours needs no new glibc, closes descriptors
/// on all of them and says which call failed.
namespace heddle::os {
namespace {

constexpr size_t kStackBytes = size_t{64} << 10;
constexpr int kSignals = 64;
/// By number, since headers of older systems do not have it. The same on all architectures.
constexpr long kCloseRange = 436;

/// Instrumented code would leave marks in memory that outlives the child.
#define HEDDLE_CHILD __attribute__((no_sanitize("address", "thread", "undefined")))

struct Report {
  int error;
  const char* syscall;  // A constant of the program: it lies in both processes at the same place.
};

/// All that the child needs, made by the parent: the child can allocate nothing.
struct Plan {
  const char* const* files;  ///< Where the program may be; ends with null.
  char* const* arguments;
  char* const* environment;
  const char* directory;  ///< Null to keep ours.
  SpawnRequest::Descriptor* moves;
  size_t move_count;
  int above;        ///< All numbers that the child shall have are below.
  const int* kept;  ///< Those from 3 on, in order.
  size_t kept_count;
  int report;  ///< Close-on-exec: the parent reads that the program runs from its end.
  bool stdio_given[3];
};

HEDDLE_CHILD [[noreturn]] void Fail(int descriptor, const char* syscall_name) {
  Report report;
  report.error = errno;
  report.syscall = syscall_name;
  syscall(SYS_write, descriptor, &report, sizeof report);
  for (;;) syscall(SYS_exit_group, 127);
}

/// Where there is no close_range (Linux before 5.9): closes what /proc lists.
HEDDLE_CHILD void CloseListed(int first, int last) {
  long directory = syscall(SYS_openat, AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY, 0);
  alignas(8) char entries[2048];
  long size;
  bool closed = false;
  do {
    // From the beginning after each pass that closed something: the list has changed.
    if (closed) syscall(SYS_lseek, directory, 0, SEEK_SET);
    closed = false;
    while ((size = syscall(SYS_getdents64, directory, entries, sizeof entries)) > 0) {
      for (long at = 0; at < size; at += reinterpret_cast<DirectoryEntry*>(entries + at)->size) {
        const char* name = reinterpret_cast<DirectoryEntry*>(entries + at)->name;
        if (*name == '.') continue;
        int number = 0;
        for (; *name != '\0'; ++name) number = number * 10 + (*name - '0');
        if (number < first || number > last || number == directory) continue;
        syscall(SYS_close, number);
        closed = true;
      }
    }
  } while (closed);
  if (directory >= 0) syscall(SYS_close, directory);
}

HEDDLE_CHILD void CloseFromTo(int first, int last) {
  if (first > last) return;
  if (syscall(kCloseRange, first, last, 0) != 0) CloseListed(first, last);
}

HEDDLE_CHILD void ArrangeDescriptors(const Plan& plan, int* report) {
  // The report and all sources first move above all targets, so that none is overwritten.
  long moved = syscall(SYS_fcntl, *report, F_DUPFD_CLOEXEC, plan.above);
  if (moved < 0) Fail(*report, "fcntl");
  *report = static_cast<int>(moved);
  for (size_t i = 0; i < plan.move_count; ++i) {
    long copy = syscall(SYS_fcntl, plan.moves[i].here, F_DUPFD_CLOEXEC, plan.above);
    if (copy < 0) Fail(*report, "fcntl");
    plan.moves[i].here = static_cast<int>(copy);
  }
  for (size_t i = 0; i < plan.move_count; ++i) {
    if (syscall(SYS_dup3, plan.moves[i].here, plan.moves[i].child, 0) < 0) Fail(*report, "dup3");
  }
  for (int i = 0; i < 3; ++i) {
    if (plan.stdio_given[i]) continue;
    // Node marks its own as close-on-exec. What is closed here stays so.
    syscall(SYS_fcntl, i, F_SETFD, 0);
    long flags = syscall(SYS_fcntl, i, F_GETFL);
    if (flags >= 0 && (flags & O_NONBLOCK)) syscall(SYS_fcntl, i, F_SETFL, flags & ~O_NONBLOCK);
  }
  int first = 3;
  for (size_t i = 0; i < plan.kept_count; ++i) {
    CloseFromTo(first, plan.kept[i] - 1);
    first = plan.kept[i] + 1;
  }
  CloseFromTo(first, *report - 1);
  CloseFromTo(*report + 1, INT32_MAX);
}

HEDDLE_CHILD int RunChild(void* argument) {
  const Plan& plan = *static_cast<Plan*>(argument);
  int report = plan.report;
  // All signals are blocked here. Before they are not, no handler of Node's may be left, and what
  // is ignored (SIGPIPE) would be so in the program, too.
  alignas(8) char default_action[64];
  for (size_t i = 0; i < sizeof default_action; ++i) {
    static_cast<volatile char*>(default_action)[i] = 0;
  }
  for (int signal = 1; signal <= kSignals; ++signal) {
    syscall(SYS_rt_sigaction, signal, default_action, nullptr, sizeof(uint64_t));
  }
  ArrangeDescriptors(plan, &report);
  if (plan.directory != nullptr && syscall(SYS_chdir, plan.directory) < 0) Fail(report, "chdir");
  uint64_t none = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, nullptr, sizeof none);

  int error = ENOENT;
  for (const char* const* file = plan.files; *file != nullptr; ++file) {
    syscall(SYS_execve, *file, plan.arguments, plan.environment);
    // Of several, one that is there but must not be run says more than those that are not.
    if (error != EACCES) error = errno;
    if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) break;
  }
  errno = error;
  Fail(report, "execve");
}

/// The paths to try: the file itself, or one in each directory of the PATH.
std::vector<std::string> Candidates(const SpawnRequest& request) {
  if (request.file.find('/') != std::string::npos) return {request.file};
  const char* path = nullptr;
  if (request.environment) {
    for (const std::string& entry : *request.environment) {
      if (entry.compare(0, 5, "PATH=") == 0) path = entry.c_str() + 5;
    }
  } else {
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
      if (std::strncmp(*entry, "PATH=", 5) == 0) path = *entry + 5;
    }
  }
  std::string rest = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  std::vector<std::string> found;
  for (size_t begin = 0; begin <= rest.size();) {
    size_t end = std::min(rest.find(':', begin), rest.size());
    std::string directory = rest.substr(begin, end - begin);
    found.push_back(directory.empty() ? request.file : directory + "/" + request.file);
    begin = end + 1;
  }
  return found;
}

/// As execve wants them.
std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// Runs the child's part until its program runs or it has failed. Returns the pid, or -1.
pid_t Launch(Plan& plan) {
  void* stack = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) return -1;
  // No handler may run in the child while it has our memory. By the system call, since glibc keeps
  // two signals to itself.
  uint64_t all = ~uint64_t{0}, before = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
  pid_t pid = HEDDLE_CLONE(RunChild, static_cast<char*>(stack) + kStackBytes,
                           CLONE_VM | CLONE_VFORK | SIGCHLD, &plan);
  int error = errno;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, nullptr, sizeof before);
  munmap(stack, kStackBytes);
  errno = error;
  return pid;
}

}  // namespace

Result<Spawned> SpawnProcess(const SpawnRequest& request) {
  std::vector<std::string> candidates = Candidates(request);
  std::vector<char*> files = Pointers(candidates);
  std::vector<char*> arguments = Pointers(request.arguments);
  std::vector<char*> environment;
  if (request.environment) environment = Pointers(*request.environment);
  std::vector<SpawnRequest::Descriptor> moves = request.descriptors;
  std::vector<int> kept;
  Plan plan{};
  plan.above = 3;
  for (const SpawnRequest::Descriptor& move : moves) {
    if (move.child < 0 || move.here < 0) return Failure{EBADF, "dup3"};
    if (move.child < 3) plan.stdio_given[move.child] = true;
    if (move.child >= 3) kept.push_back(move.child);
    plan.above = std::max(plan.above, move.child + 1);
  }
  std::sort(kept.begin(), kept.end());
  plan.files = files.data();
  plan.arguments = arguments.data();
  plan.environment = request.environment ? environment.data() : environ;
  plan.directory = request.directory.empty() ? nullptr : request.directory.c_str();
  plan.moves = moves.data();
  plan.move_count = moves.size();
  plan.kept = kept.data();
  plan.kept_count = kept.size();

  // A pipe rather than a word in the memory that both have: it is also right where the system's
  // vfork is an ordinary fork (emulators).
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return Failure{errno, "pipe2"};
  plan.report = ends[1];
  pid_t pid = Launch(plan);
  int error = errno;
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return Failure{error, "clone"};
  }
  Report report{};
  ssize_t got;
  do {
    got = read(ends[0], &report, sizeof report);
  } while (got < 0 && errno == EINTR);
  close(ends[0]);
  if (got == static_cast<ssize_t>(sizeof report)) {
    KillAndReap(pid);
    return Failure{report.error, report.syscall};
  }
  Result<int> sentinel = OpenSentinel(pid);
  if (!sentinel.ok()) {
    KillAndReap(pid);
    return sentinel.failure();
  }
  return Spawned{pid, sentinel.value()};
}

}  // namespace heddle::os
