#include "os/fork_process.h"

#include <dlfcn.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "os/clock.h"
#include "os/linux/fork_descriptors.h"
#include "os/linux/proc_self.h"
#include "os/linux/stopped_thread.h"
#include "os/linux/thread_number.h"
#include "os/thread.h"

#if defined(__x86_64__) && defined(__GLIBC__)

#include <asm/prctl.h>

/// Each thread is stopped in a signal handler, where the kernel has saved all that makes it go on:
/// a thread of the child that has its memory, its thread pointer and its signal frame, and returns
/// from the handler, is that thread. From the moment the threads stand still until they run again
/// nothing here allocates or takes a lock: one of them may have it.
namespace heddle::os {
namespace {

/// glibc keeps it for pthread_cancel() and blocks it in no thread for long; nobody else can block
/// it.
constexpr int kStopSignal = 32;
constexpr int64_t kPatience = 2'000'000'000;
/// How long threads are awaited that are at something, and loops that are changing what they wait
/// for; most need some microseconds.
constexpr int64_t kPatienceWithThreads = 2'000'000;
constexpr int64_t kPatienceWithServer = 50'000'000;
constexpr int64_t kPatienceWithLoops = 100'000'000;
constexpr timespec kBetweenAttempts{0, 100'000};
constexpr size_t kMostThreads = 1024;
constexpr size_t kStackBytes = 8192;
/// What every architecture's glibc registers its rseq area with.
constexpr unsigned kRseqSignature = 0x53053053;
constexpr unsigned kRseqBytes = 32;

/// As the kernel takes it: glibc's sigaction() refuses the signal.
struct KernelAction {
  void* handler;
  unsigned long flags;
  void (*restorer)();
  unsigned long mask;
};
constexpr unsigned long kHasRestorer = 0x04000000;

struct Slot {
  pid_t tid;
  std::atomic<bool> parked;
  void* frame;  ///< The handler's ucontext, which returning from the handler takes up.
  unsigned long thread_pointer;
  int*
      tid_address;  ///< Where glibc keeps the thread's number, and the kernel clears it at its end.
  void* robust_list;
  size_t robust_bytes;
  char name[16];
  int nice;
  int saved_errno;
  alignas(64) std::byte stack[kStackBytes];
};

/// Lies in zeroed memory, of which only the used slots are touched.
struct Stage {
  std::atomic<uint32_t> count;
  std::atomic<uint32_t> parked;
  std::atomic<uint32_t> inside;  ///< Threads in the handler.
  std::atomic<uint32_t> resumed;
  std::atomic<uint32_t> go;
  Slot slots[kMostThreads];
};

/// One fork at a time: only the main thread calls it. Made once, and mostly untouched.
Stage* g_stage = nullptr;
ptrdiff_t g_rseq_offset = 0;
bool g_has_rseq = false;

void Futex(std::atomic<uint32_t>& word, int operation, uint32_t value, const timespec* limit) {
  syscall(SYS_futex, &word, operation | FUTEX_PRIVATE_FLAG, value, limit, nullptr, 0);
}

extern "C" void heddle_signal_return();
asm(R"(
.globl heddle_signal_return
.hidden heddle_signal_return
.type heddle_signal_return, @function
heddle_signal_return:
  mov $15, %eax
  syscall
)");

Slot* SlotOf(Stage& stage, pid_t tid) {
  uint32_t count = stage.count.load();
  for (uint32_t i = 0; i < count; ++i) {
    if (stage.slots[i].tid == tid) return &stage.slots[i];
  }
  return nullptr;
}

/// Not as pthread_kill() sends, which glibc's own handler would take for its cancellation if it
/// came late.
void SendStop(pid_t process, pid_t tid) {
  siginfo_t info{};
  info.si_code = SI_QUEUE;
  info.si_pid = process;
  if (syscall(SYS_rt_tgsigqueueinfo, process, tid, kStopSignal, &info) < 0 && errno != ESRCH) {
    syscall(SYS_tgkill, process, tid, kStopSignal);
  }
}

/// In each thread, by the signal: says what it is, and stands still.
void Park(int, siginfo_t*, void* frame) {
  int saved_errno = errno;
  Stage& stage = *g_stage;
  stage.inside.fetch_add(1);
  Slot* slot = stage.go.load() == 0 ? SlotOf(stage, static_cast<pid_t>(syscall(SYS_gettid)))
                                    : nullptr;  // A signal of an attempt that was given up.
  if (slot != nullptr && !slot->parked.load()) {
    slot->frame = frame;
    slot->saved_errno = saved_errno;
    slot->tid_address = nullptr;
    syscall(SYS_arch_prctl, ARCH_GET_FS, &slot->thread_pointer);
    syscall(SYS_prctl, PR_GET_TID_ADDRESS, &slot->tid_address);
    syscall(SYS_get_robust_list, 0, &slot->robust_list, &slot->robust_bytes);
    syscall(SYS_prctl, PR_GET_NAME, slot->name);
    slot->nice = getpriority(PRIO_PROCESS, 0);
    slot->parked.store(true);
    stage.parked.fetch_add(1);
    Futex(stage.parked, FUTEX_WAKE, 1, nullptr);
    while (stage.go.load() == 0) Futex(stage.go, FUTEX_WAIT, 0, nullptr);
  }
  stage.inside.fetch_sub(1);
  errno = saved_errno;
}

/// In the child, in a new thread with the old one's thread pointer: becomes the old one.
int Resume(void* argument) {
  Slot& slot = *static_cast<Slot*>(argument);
  syscall(SYS_set_robust_list, slot.robust_list, slot.robust_bytes);
  // Not by the C library's name, behind which a sanitizer keeps a book of threads.
  syscall(SYS_prctl, PR_SET_NAME, slot.name);
  if (slot.nice != getpriority(PRIO_PROCESS, 0)) setpriority(PRIO_PROCESS, 0, slot.nice);
  if (g_has_rseq) {
    // The area of a thread that is not registered says so, or the kernel refuses it.
    auto* area = reinterpret_cast<uint32_t*>(slot.thread_pointer + g_rseq_offset);
    area[1] = static_cast<uint32_t>(-1);
    syscall(SYS_rseq, area, kRseqBytes, 0, kRseqSignature);
  }
  errno = slot.saved_errno;
  void* frame = slot.frame;
  // The stack is given up before anybody learns that it is. Signal mask, registers and the
  // alternate stack come out of the frame.
  asm volatile(
      "mov %[frame], %%rsp\n"
      "lock incl (%[resumed])\n"
      "mov $15, %%eax\n"
      "syscall\n"
      :
      : [frame] "r"(frame), [resumed] "r"(&g_stage->resumed)
      : "memory", "rax");
  __builtin_unreachable();
}

/// The kernel lists those with which it serves an io_uring among the process's; no signal stops
/// them, and the child makes its own.
bool IsKernelThread(pid_t tid) {
  constexpr unsigned long kIoWorker = 0x10, kUserWorker = 0x4000;
  char path[40];
  std::snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
  Scratch scratch;
  // "tid (name) state ppid pgrp session tty tpgid flags", and the name may have anything in it.
  const char* at = scratch.Read(path);
  if (at != nullptr) at = std::strrchr(at, ')');
  for (int i = 0; i < 7 && at != nullptr; ++i) at = std::strchr(at + 1, ' ');
  return at != nullptr && (std::strtoul(at + 1, nullptr, 10) & (kIoWorker | kUserWorker)) != 0;
}

/// Whether the thread holds a robust mutex, or is at taking or leaving one. What such a mutex
/// guards is shared, and both processes would do the rest of the work on it.
bool IsAtRobustMutex(const Slot& slot) {
  auto* head = static_cast<const robust_list_head*>(slot.robust_list);
  return head != nullptr && (head->list.next != &head->list || head->list_op_pending != nullptr);
}

/// Stops all threads but this one. False if one does not stop, or is not as glibc makes them.
bool ParkAll(Stage& stage) {
  auto self = static_cast<pid_t>(syscall(SYS_gettid));
  pid_t process = getpid();
  int64_t begin = MonotonicNanos();
  for (;;) {
    bool found_more = false, has_room = true;
    bool listed = ForEachNumber("/proc/self/task", [&](int tid) {
      if (tid == self || SlotOf(stage, tid) != nullptr) return;
      uint32_t at = stage.count.load();
      if (at == kMostThreads) {
        has_room = false;
        return;
      }
      stage.slots[at].tid = tid;
      stage.slots[at].parked.store(false);
      stage.count.store(at + 1);
      SendStop(process, tid);
      found_more = true;
    });
    if (!listed || !has_room) return false;
    // A thread that runs could have started another one, which the next list has.
    if (!found_more) break;
    for (;;) {
      uint32_t seen = stage.parked.load();
      uint32_t awaited = 0;
      bool is_late = MonotonicNanos() > begin + kPatienceWithThreads;
      uint32_t count = stage.count.load();
      for (uint32_t i = 0; i < count; ++i) {
        Slot& slot = stage.slots[i];
        // Those that have ended instead are waited for no more.
        if (!slot.parked.load() && syscall(SYS_tgkill, process, slot.tid, 0) == 0 &&
            !(is_late && IsKernelThread(slot.tid))) {
          ++awaited;
        }
      }
      if (awaited == 0) break;
      if (MonotonicNanos() > begin + kPatience) return false;
      timespec limit{0, 5'000'000};
      Futex(stage.parked, FUTEX_WAIT, seen, &limit);
    }
  }
  for (uint32_t i = 0; i < stage.count.load(); ++i) {
    Slot& slot = stage.slots[i];
    if (slot.parked.load() && (slot.tid_address == nullptr || *slot.tid_address <= 0)) {
      return false;
    }
  }
  return true;
}

template <class Is>
bool AnyThread(const Stage& stage, Is&& is) {
  for (uint32_t i = 0; i < stage.count.load(); ++i) {
    const Slot& slot = stage.slots[i];
    if (slot.parked.load() && is(slot)) return true;
  }
  return false;
}

void ReleaseAll(Stage& stage) {
  stage.go.store(1);
  Futex(stage.go, FUTEX_WAKE, INT32_MAX, nullptr);
  // Until all are out of the handler, the next fork must not begin. Who comes later finds that he
  // may go on.
  while (stage.inside.load() != 0) sched_yield();
}

/// V8 keeps its heap out of forked processes; here it is to be in them. What it has allocated since
/// the last time is out again, so that this is done each time.
bool IncludeAllMemory() {
  uintptr_t begin = 0, end = 0;
  bool done = true;
  auto include = [&] {
    if (end == begin) return;
    done = madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DOFORK) == 0 && done;
  };
  bool listed = ForEachMapping([&](const Mapping& mapping) {
    // The kernel's own have names in brackets, as "[vdso]"; a program's are all "[anon:…]".
    bool is_special = mapping.name[0] == '[' && std::strncmp(mapping.name, "[anon:", 6) != 0;
    if (!mapping.is_private || mapping.inode != 0 || is_special) return;
    if (mapping.from != end) {
      include();
      begin = mapping.from;
    }
    end = mapping.to;
  });
  include();
  return listed && done;
}

/// In the child: all threads again. It has no way on where one cannot be had.
///
/// glibc knows the owners of recursive locks and the writers of others by the number that it keeps
/// of each thread, which has it in its hands from the moment at which it begins to lock: one that
/// may be at that keeps its old number there, which pthread_kill() and its like do not find.
void ResumeAll(Stage& stage) {
  constexpr int kThread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
                          CLONE_SYSVSEM | CLONE_SETTLS | CLONE_CHILD_CLEARTID;
  uint32_t started = 0;
  for (uint32_t i = 0; i < stage.count.load(); ++i) {
    Slot& slot = stage.slots[i];
    if (!slot.parked.load()) continue;
    ++started;
    bool keeps_number = !StoppedThread(slot.frame).IsWaiting();
    if (keeps_number) g_has_kept_numbers.store(true);
    int thread = keeps_number ? kThread : kThread | CLONE_PARENT_SETTID;
    if (clone(Resume, slot.stack + kStackBytes, thread, &slot, slot.tid_address,
              reinterpret_cast<void*>(slot.thread_pointer), slot.tid_address) < 0) {
      _exit(127);
    }
  }
  while (stage.resumed.load() < started) sched_yield();
  // They do not leave the handler by its end.
  stage.inside.store(0);
  // For a signal of the parent's attempts that is still to come.
  stage.go.store(1);
}

/// The system call itself: glibc's fork() would forget the other threads, and its _Fork() knows no
/// siblings.
pid_t Clone(ForkAs as, int* tid_address) {
  unsigned long flags = SIGCHLD | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
  if (as == ForkAs::kSibling) flags |= CLONE_PARENT;
  auto pid = static_cast<pid_t>(syscall(SYS_clone, flags, nullptr, nullptr, tid_address, 0));
  return pid < 0 ? -errno : pid;
}

struct Order {
  ForkAs as;
  int* tid_address;
  ForkHooks hooks;
  int64_t patience;  ///< With threads that are at work.
};

/// 0 in the child, its pid in the parent, below zero an error's number: EBUSY if a thread is in the
/// midst of something, and may be over it the next moment. `waited`: since the first attempt.
pid_t Attempt(Stage& stage, const Order& order, int64_t waited) {
  stage.count.store(0);
  stage.parked.store(0);
  stage.resumed.store(0);
  stage.go.store(0);
  void* robust_list = nullptr;
  size_t robust_bytes = 0;
  syscall(SYS_get_robust_list, 0, &robust_list, &robust_bytes);
  RuntimeDescriptors descriptors;
  auto fork = [&]() -> pid_t {
    if (!ParkAll(stage)) return -EAGAIN;
    bool is_last = waited > kPatienceWithLoops;
    if (AnyThread(stage, IsAtRobustMutex)) return waited > kPatience ? -EAGAIN : -EBUSY;
    bool is_at_work =
        AnyThread(stage, [](const Slot& slot) { return !StoppedThread(slot.frame).IsWaiting(); });
    if (is_at_work && waited < order.patience) return -EBUSY;
    RuntimeDescriptors::State state = descriptors.Read(is_last);
    bool is_busy =
        state == RuntimeDescriptors::State::kBusy || AnyThread(stage, [&](const Slot& slot) {
          return !is_last && descriptors.AreUsedBy(StoppedThread(slot.frame));
        });
    if (is_busy) return -EBUSY;
    if (state == RuntimeDescriptors::State::kFailed || !IncludeAllMemory()) return -ENOSYS;
    if (order.hooks.before != nullptr) {
      int error = order.hooks.before(order.hooks.context);
      if (error != 0) return error == EBUSY && waited > kPatience ? -EAGAIN : -error;
    }
    return Clone(order.as, order.tid_address);
  };
  pid_t pid = fork();
  if (pid != 0) {
    ReleaseAll(stage);
    return pid;
  }
  syscall(SYS_set_robust_list, robust_list, robust_bytes);
  // First: what it closes is watched no more.
  if (order.hooks.in_child != nullptr) order.hooks.in_child(order.hooks.context);
  if (!descriptors.Renew()) _exit(127);
  ResumeAll(stage);
  return 0;
}

bool Prepare() {
  if (g_stage != nullptr) return true;
  void* memory =
      mmap(nullptr, sizeof(Stage), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return false;
  g_stage = static_cast<Stage*>(memory);
  g_stage->go.store(1);
  // By name: glibc has them since 2.35.
  auto* offset = static_cast<const ptrdiff_t*>(dlsym(RTLD_DEFAULT, "__rseq_offset"));
  auto* size = static_cast<const unsigned*>(dlsym(RTLD_DEFAULT, "__rseq_size"));
  g_has_rseq = offset != nullptr && size != nullptr && *size != 0;
  if (g_has_rseq) g_rseq_offset = *offset;
  return true;
}

}  // namespace

Result<int64_t> ForkProcess(ForkAs as, const ForkHooks& hooks) {
  int* tid_address = nullptr;
  if (!IsMainThread() || prctl(PR_GET_TID_ADDRESS, &tid_address) < 0 || tid_address == nullptr ||
      *tid_address != getpid()) {
    return Failure{ENOSYS, "fork"};
  }
  if (!Prepare()) return Failure{ENOMEM, "mmap"};

  // By the system calls, since glibc keeps the signal, and with it the mask, to itself.
  uint64_t all = ~uint64_t{0}, before = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
  KernelAction action{reinterpret_cast<void*>(Park),
                      SA_SIGINFO | SA_RESTART | SA_ONSTACK | kHasRestorer, heddle_signal_return,
                      all};
  KernelAction previous{};
  syscall(SYS_rt_sigaction, kStopSignal, &action, &previous, sizeof(uint64_t));

  // A server's threads are at work by chance only, a program's may be so for ever.
  int64_t patience = as == ForkAs::kSibling ? kPatienceWithServer : kPatienceWithThreads;
  Order order{as, tid_address, hooks, patience};
  int64_t begin = MonotonicNanos();
  pid_t pid = Attempt(*g_stage, order, 0);
  while (pid == -EBUSY) {
    nanosleep(&kBetweenAttempts, nullptr);
    pid = Attempt(*g_stage, order, MonotonicNanos() - begin);
  }
  // Where nobody had one, ours stays: without a handler a signal that comes late would end us.
  bool had_one = previous.handler != nullptr && previous.handler != reinterpret_cast<void*>(Park);
  if (had_one) syscall(SYS_rt_sigaction, kStopSignal, &previous, nullptr, sizeof(uint64_t));
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, nullptr, sizeof before);
  if (pid < 0) return Failure{-pid, "fork"};
  return static_cast<int64_t>(pid);
}

}  // namespace heddle::os

#else

namespace heddle::os {

Result<int64_t> ForkProcess(ForkAs, const ForkHooks&) { return Failure{ENOSYS, "fork"}; }

}  // namespace heddle::os

#endif
