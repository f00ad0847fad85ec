#include "os/fork_process.h"

#include <fcntl.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <mutex>

#include "core/family_cells.h"
#include "core/fork.h"
#include "family_support.h"
#include "os/robust_mutex.h"

namespace heddle::test {
namespace {

using os::ForkAs;

/// The sanitizer has a thread of its own and follows no clone().
constexpr bool kSkip = HEDDLE_TSAN;

/// The status with which the copy ends that does `act()`; minus the signal that killed it.
template <class Act>
int StatusOfCopy(Act&& act) {
  os::Result<int64_t> pid = os::ForkProcess(ForkAs::kChild);
  REQUIRE(pid.ok());
  if (pid.value() == 0) {
    alarm(20);
    _exit(act());
  }
  int status = 0;
  while (waitpid(static_cast<pid_t>(pid.value()), &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// A thread that runs until the test is over.
class Busy {
 public:
  explicit Busy(std::function<void()> work)
      : thread_([this, work = std::move(work)] {
          while (!over_.load()) {
            work();
            rounds.fetch_add(1);
          }
        }) {}
  ~Busy() {
    over_.store(true);
    thread_.join();
  }
  /// Waits until it has made a round more.
  void AwaitRound() {
    uint64_t seen = rounds.load();
    while (rounds.load() == seen) sched_yield();
  }
  std::atomic<uint64_t> rounds{0};

 private:
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace

TEST_CASE("fork: all threads go on in the copy, wherever they are" * doctest::skip(kSkip)) {
  std::mutex mutex;
  uint64_t guarded[2] = {0, 0};
  Busy allocating([] { free(malloc(static_cast<size_t>(rand() % 10'000) + 1)); });
  Busy locking([&] {
    std::lock_guard guard(mutex);
    ++guarded[0];
    ++guarded[1];
  });
  Busy sleeping([] { usleep(100); });
  double sum = 1;
  Busy computing([&] {
    for (int i = 1; i < 1000; ++i) sum = sum * 0.999 + i * 1.5;
  });
  int forks = Soak(100);
  for (int i = 0; i < forks; ++i) {
    int status = StatusOfCopy([&] {
      for (Busy* busy : {&allocating, &locking, &sleeping, &computing}) busy->AwaitRound();
      std::lock_guard guard(mutex);
      for (int k = 0; k < 100; ++k) free(malloc(100'000));
      return guarded[0] == guarded[1] ? 42 : 1;
    });
    CHECK(status == 42);
  }
  // And here, too.
  for (Busy* busy : {&allocating, &locking, &sleeping, &computing}) busy->AwaitRound();
}

TEST_CASE("fork: who holds a lock that knows its owner lets go of it in the copy" *
          doctest::skip(kSkip)) {
  std::recursive_mutex recursive;
  pthread_rwlock_t shared = PTHREAD_RWLOCK_INITIALIZER;
  std::atomic<uint64_t> sum{0};
  auto compute = [&sum] {
    for (int i = 0; i < 500; ++i) sum.fetch_add(1);
  };
  auto lock = [&] {
    std::lock_guard outer(recursive);
    std::lock_guard inner(recursive);
    compute();
  };
  Busy locking(lock), waiting(lock);
  Busy writing([&] {
    pthread_rwlock_wrlock(&shared);
    compute();
    pthread_rwlock_unlock(&shared);
  });
  int forks = Soak(50);
  for (int i = 0; i < forks; ++i) {
    int status = StatusOfCopy([&] {
      for (Busy* busy : {&locking, &waiting, &writing}) busy->AwaitRound();
      std::lock_guard guard(recursive);
      return pthread_rwlock_rdlock(&shared) == 0 ? 42 : 1;
    });
    CHECK(status == 42);
  }
}

TEST_CASE("fork: nobody is copied in the midst of what processes share" * doctest::skip(kSkip)) {
  struct Shared {
    os::RobustMutex mutex;
    std::atomic<uint64_t> begun, done;
  };
  auto* shared = static_cast<Shared*>(
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  REQUIRE(shared != MAP_FAILED);
  shared->mutex.Initialize();
  std::atomic<uint64_t> sum{0};
  std::atomic<bool> is_torn{false};
  auto section = [&] {
    // A copy ends while its threads are at this.
    if (shared->mutex.Lock()) shared->done.store(shared->begun.load());
    uint64_t count = shared->begun.load();
    if (count != shared->done.load()) is_torn.store(true);
    shared->begun.store(count + 1);
    shared->done.store(count + 1);
    shared->mutex.Unlock();
    for (int i = 0; i < 50; ++i) sum.fetch_add(1);
  };
  {
    Busy locking(section), other(section);
    int forks = Soak(50);
    for (int i = 0; i < forks; ++i) {
      int status = StatusOfCopy([&] {
        for (Busy* busy : {&locking, &other}) busy->AwaitRound();
        return is_torn.load() ? 1 : 42;
      });
      CHECK(status == 42);
    }
    for (Busy* busy : {&locking, &other}) busy->AwaitRound();
    CHECK(!is_torn.load());
  }
  munmap(shared, sizeof(Shared));
}

TEST_CASE("fork: the death of a copy's thread that was at work is seen" * doctest::skip(kSkip)) {
  void* memory = mmap(nullptr, sizeof(os::RobustMutex), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  auto* mutex = static_cast<os::RobustMutex*>(memory);
  mutex->Initialize();
  std::atomic<bool> take{false}, taken{false};
  {
    Busy working([&] {
      if (!take.load() || taken.load()) return;
      mutex->Lock();
      taken.store(true);
    });
    int status = StatusOfCopy([&] {
      take.store(true);
      while (!taken.load()) sched_yield();
      return 42;
    });
    CHECK(status == 42);
  }
  CHECK(mutex->Lock());
  mutex->Unlock();
  munmap(memory, sizeof(os::RobustMutex));
}

TEST_CASE("fork: a copy of the copy has loops and signals of its own" * doctest::skip(kSkip)) {
  // As libuv has them: the lock around its handlers, and how a loop learns of a signal.
  int lock[2], signals[2];
  REQUIRE(pipe2(lock, O_CLOEXEC) == 0);
  os::RememberRuntimeDescriptors();
  REQUIRE(pipe2(signals, O_CLOEXEC | O_NONBLOCK) == 0);
  int outer = epoll_create1(EPOLL_CLOEXEC), inner = epoll_create1(EPOLL_CLOEXEC);
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  epoll_ctl(inner, EPOLL_CTL_ADD, signals[0], &wanted);
  epoll_ctl(outer, EPOLL_CTL_ADD, inner, &wanted);
  auto inode = [](int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 ? status.st_ino : 0;
  };
  auto has_its_own = [&](ino_t lock_before, ino_t signals_before) {
    epoll_event got{};
    if (inode(lock[0]) == lock_before || inode(signals[0]) == signals_before) return false;
    if (inode(lock[0]) != inode(lock[1]) || inode(signals[0]) != inode(signals[1])) return false;
    return write(signals[1], "s", 1) == 1 && epoll_wait(outer, &got, 1, 10'000) == 1 &&
           epoll_wait(inner, &got, 1, 10'000) == 1;
  };
  const ino_t own_lock = inode(lock[0]), own_signals = inode(signals[0]);
  int status = StatusOfCopy([&] {
    if (!has_its_own(own_lock, own_signals)) return 1;
    const ino_t copied_lock = inode(lock[0]), copied_signals = inode(signals[0]);
    return StatusOfCopy([&] { return has_its_own(copied_lock, copied_signals) ? 42 : 2; });
  });
  CHECK(status == 42);
  epoll_event got{};
  CHECK(epoll_wait(outer, &got, 1, 0) == 0);
  for (int descriptor : {lock[0], lock[1], signals[0], signals[1], outer, inner}) close(descriptor);
}

TEST_CASE("fork: threads of the copy are threads to the C library" * doctest::skip(kSkip)) {
  std::atomic<int> signals{0};
  static std::atomic<int>* counted = nullptr;
  counted = &signals;
  signal(SIGUSR2, [](int) { counted->fetch_add(1); });
  std::atomic<bool> named{false};
  sem_t end;
  sem_init(&end, 0, 0);
  std::thread other([&] {
    pthread_setname_np(pthread_self(), "its-name");
    named.store(true);
    while (sem_wait(&end) != 0) {
    }
  });
  while (!named.load()) sched_yield();
  int status = StatusOfCopy([&] {
    char name[16] = "";
    pthread_getname_np(other.native_handle(), name, sizeof name);
    if (std::string(name) != "its-name") return 1;
    // By the number that the C library has of it.
    if (pthread_kill(other.native_handle(), SIGUSR2) != 0) return 2;
    while (signals.load() == 0) usleep(100);
    std::thread another([] {});
    another.join();
    sem_post(&end);
    // The kernel tells its end where the C library waits for it.
    other.join();
    return 42;
  });
  CHECK(status == 42);
  sem_post(&end);
  other.join();
  signal(SIGUSR2, SIG_DFL);
  CHECK(signals.load() == 0);
}

TEST_CASE("fork: a loop of the copy's is woken by the copy alone" * doctest::skip(kSkip)) {
  int poll_here = epoll_create1(EPOLL_CLOEXEC);
  int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  wanted.data.u64 = 7;
  epoll_ctl(poll_here, EPOLL_CTL_ADD, event, &wanted);
  std::atomic<int> woken{0};
  std::atomic<bool> over{false};
  std::thread loop([&] {
    while (!over.load()) {
      epoll_event got{};
      if (epoll_wait(poll_here, &got, 1, -1) != 1) continue;
      uint64_t value;
      if (got.data.u64 == 7 && read(event, &value, sizeof value) == sizeof value) ++woken;
    }
  });
  int status = StatusOfCopy([&] {
    uint64_t one = 1;
    if (write(event, &one, sizeof one) != sizeof one) return 1;
    while (woken.load() == 0) usleep(100);
    return 42;
  });
  CHECK(status == 42);
  CHECK(woken.load() == 0);
  uint64_t one = 1;
  over.store(true);
  CHECK(write(event, &one, sizeof one) == sizeof one);
  loop.join();
  CHECK(woken.load() == 1);
  close(event);
  close(poll_here);
}

namespace {

/// An io_uring as libuv makes them.
class Ring {
 public:
  Ring() {
    io_uring_params made{};
    ring_ = static_cast<int>(syscall(SYS_io_uring_setup, 256, &made));
    if (ring_ < 0) return;
    offsets_ = made;
    queues_ = Map(QueueBytes(), IORING_OFF_SQ_RING);
    requests_ = Map(RequestBytes(), IORING_OFF_SQES);
    // The table that newer kernels do without.
    size_t table_bytes = made.sq_off.array + made.sq_entries * sizeof(unsigned);
    void* table = Map(table_bytes, IORING_OFF_SQ_RING);
    for (unsigned i = 0; i < made.sq_entries; ++i) {
      reinterpret_cast<unsigned*>(static_cast<char*>(table) + made.sq_off.array)[i] = i;
    }
    munmap(table, table_bytes);
  }
  bool exists() const { return ring_ >= 0; }
  void Prepare(uint64_t data) {
    unsigned slot = Counter(offsets_.sq_off.tail)++ & 255;
    auto& request = static_cast<io_uring_sqe*>(requests_)[slot];
    request = {};
    request.opcode = IORING_OP_NOP;
    request.user_data = data;
  }
  /// What was prepared first, and is done now.
  uint64_t Submit() {
    if (syscall(SYS_io_uring_enter, ring_, 1, 1, IORING_ENTER_GETEVENTS, nullptr, 0) != 1) return 0;
    unsigned slot = Counter(offsets_.cq_off.head)++ & Counter(offsets_.cq_off.ring_mask);
    return reinterpret_cast<io_uring_cqe*>(static_cast<char*>(queues_) + offsets_.cq_off.cqes)[slot]
        .user_data;
  }
  unsigned tail() { return Counter(offsets_.sq_off.tail); }
  ~Ring() {
    if (ring_ < 0) return;
    munmap(queues_, QueueBytes());
    munmap(requests_, RequestBytes());
    close(ring_);
  }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

 private:
  void* Map(size_t bytes, off_t offset) const {
    return mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring_, offset);
  }
  size_t QueueBytes() const {
    return offsets_.cq_off.cqes + offsets_.cq_entries * sizeof(io_uring_cqe);
  }
  size_t RequestBytes() const { return offsets_.sq_entries * sizeof(io_uring_sqe); }
  unsigned& Counter(unsigned offset) {
    return *reinterpret_cast<unsigned*>(static_cast<char*>(queues_) + offset);
  }

  int ring_;
  io_uring_params offsets_{};
  void* queues_ = nullptr;
  void* requests_ = nullptr;
};

}  // namespace

TEST_CASE("fork: a ring of a loop's is the copy's own" * doctest::skip(kSkip)) {
  Ring first, second;
  if (!first.exists() || !second.exists()) return;  // Where the kernel, or who runs it, has none.
  auto works = [](Ring& ring, uint64_t from) {
    for (uint64_t i = from; i < from + 600; ++i) {
      ring.Prepare(i);
      if (ring.Submit() != i) return false;
    }
    return true;
  };
  CHECK(works(first, 1));
  unsigned tail = first.tail();
  for (int i = 0; i < 5; ++i) {
    int status = StatusOfCopy([&] {
      if (first.tail() != 0) return 1;
      return works(first, 10'000) && works(second, 20'000) ? 42 : 2;
    });
    CHECK(status == 42);
    CHECK(first.tail() == tail);
    CHECK(second.tail() == 0);
  }
  // One that somebody else has something under way in is waited for, but not for ever.
  first.Prepare(30'000);
  os::Result<int64_t> pid = os::ForkProcess(ForkAs::kChild);
  if (pid.ok() && pid.value() == 0) _exit(1);
  CHECK(!pid.ok());
  CHECK(first.Submit() == 30'000);
  CHECK(works(second, 40'000));
}

TEST_CASE("fork: pipes are shared, as after any fork" * doctest::skip(kSkip)) {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  CHECK(StatusOfCopy([&] { return write(ends[1], "x", 1) == 1 ? 42 : 1; }) == 42);
  char got = 0;
  CHECK(read(ends[0], &got, 1) == 1);
  CHECK(got == 'x');
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("fork: a sibling is our parent's child" * doctest::skip(kSkip)) {
  // The copy in the middle forks a sibling, for which we wait.
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  CHECK(StatusOfCopy([&] {
          os::Result<int64_t> pid = os::ForkProcess(ForkAs::kSibling);
          if (!pid.ok()) return 1;
          if (pid.value() == 0) _exit(43);
          return write(ends[1], &pid.value(), sizeof(int64_t)) == sizeof(int64_t) ? 42 : 2;
        }) == 42);
  int64_t pid = 0;
  REQUIRE(read(ends[0], &pid, sizeof pid) == sizeof pid);
  int status = 0;
  CHECK(waitpid(static_cast<pid_t>(pid), &status, 0) == pid);
  CHECK(WEXITSTATUS(status) == 43);
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("fork: only the main thread can" * doctest::skip(kSkip)) {
  std::thread([] { CHECK(os::ForkProcess(ForkAs::kChild).failure().error == ENOSYS); }).join();
}

TEST_CASE("fork: a thread that does not stop is a failure, and all goes on" *
          doctest::skip(kSkip)) {
  std::atomic<bool> blocked{false}, over{false};
  std::thread deaf([&] {
    uint64_t all = ~uint64_t{0}, before = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
    blocked.store(true);
    while (!over.load()) usleep(100);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, nullptr, sizeof before);
    // What was sent meanwhile comes now.
    while (over.load()) usleep(100);
  });
  Busy other([] { usleep(10); });
  while (!blocked.load()) usleep(100);
  CHECK(os::ForkProcess(ForkAs::kChild).failure().error == EAGAIN);
  other.AwaitRound();
  over.store(true);
  CHECK(StatusOfCopy([&] {
          other.AwaitRound();
          return 42;
        }) == 42);
  over.store(false);
  deaf.join();
}

TEST_CASE("fork: a member holds what we hold, and lets go of it when it ends" *
          doctest::skip(kSkip)) {
  std::vector<core::Ref<core::Primitive>> locks;
  auto make = [&] {
    for (int i = 0; i < 10'000; ++i) {
      locks.push_back(core::Primitive::Create(core::PrimitiveKind::kLock, Scope::kShared).value());
    }
  };
  // What cells and notes lie in stays.
  make();
  locks.clear();
  Census before = TakeCensus();
  make();
  core::Family& family = *core::Family::Current();
  auto holders = [&](size_t i) {
    return core::FamilyCells(family).Holders(family.OffsetOf(&locks[i]->cell()));
  };
  int gate[2];
  REQUIRE(pipe2(gate, O_CLOEXEC) == 0);
  core::Fork fork = core::Fork::Prepare().value();
  // As another thread could make one.
  locks.push_back(core::Primitive::Create(core::PrimitiveKind::kLock, Scope::kShared).value());
  os::Result<int64_t> pid = os::ForkProcess(ForkAs::kChild, fork.hooks());
  REQUIRE(pid.ok());
  if (pid.value() == 0) {
    alarm(20);
    fork.EndChild();
    // Not the copy's own, and so not its to give back.
    for (size_t i = 0; i < 5000; ++i) locks[i] = {};
    auto own = core::Primitive::Create(core::PrimitiveKind::kLock, Scope::kShared).value();
    char go;
    _exit(read(gate[0], &go, 1) == 1 ? 42 : 1);
  }
  fork.Finish(pid.value());
  for (size_t i : {0, 9999, 10'000}) CHECK(holders(i) == 2);
  CHECK(write(gate[1], "x", 1) == 1);
  int status = 0;
  CHECK(waitpid(static_cast<pid_t>(pid.value()), &status, 0) == pid.value());
  CHECK(WEXITSTATUS(status) == 42);
  family.processes().BuryChild(pid.value());
  for (size_t i : {0, 9999, 10'000}) CHECK(holders(i) == 1);
  locks.clear();
  close(gate[0]);
  close(gate[1]);
  CHECK(TakeCensus().units == before.units);
  CHECK(TakeCensus().cells == before.cells);
}

TEST_CASE("fork: a member that was not made leaves nothing") {
  // What cells and notes lie in stays.
  core::Primitive::Create(core::PrimitiveKind::kLock, Scope::kShared).value();
  Census before = TakeCensus();
  auto lock = core::Primitive::Create(core::PrimitiveKind::kLock, Scope::kShared).value();
  for (bool is_begun : {false, true}) {
    core::Fork fork = core::Fork::Prepare().value();
    os::ForkHooks hooks = fork.hooks();
    if (is_begun) CHECK(hooks.before(hooks.context) == 0);
    fork.Finish(0);
  }
  core::Family& family = *core::Family::Current();
  CHECK(core::FamilyCells(family).Holders(family.OffsetOf(&lock->cell())) == 1);
  lock = {};
  CHECK(TakeCensus().units == before.units);
}

}  // namespace heddle::test
