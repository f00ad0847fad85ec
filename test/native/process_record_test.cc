// Child processes: real programs, mostly /bin/sh.
#include "core/process_record.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string>

#include "core/block.h"
#include "core/channel.h"
#include "core/line.h"
#include "core/process_registry.h"
#include "family_support.h"
#include "os/lifeline.h"
#include "os/process.h"
#include "support.h"

namespace heddle::test {
namespace {

using core::Channel;
using core::ProcessRecord;
using core::ProcessRegistry;
using core::Ref;

/// TSan's own threads do not survive fork().
constexpr bool kSkipForks = HEDDLE_TSAN;

os::SpawnRequest Program(std::vector<std::string> arguments) {
  os::SpawnRequest request;
  request.file = arguments[0];
  request.arguments = std::move(arguments);
  return request;
}

os::SpawnRequest Shell(const std::string& script) { return Program({"/bin/sh", "-c", script}); }

Ref<ProcessRecord> Start(const os::SpawnRequest& request, bool daemon = false) {
  auto record = ProcessRecord::Spawn(request, daemon, -1);
  REQUIRE(record.ok());
  return record.value();
}

Outcome Join(ProcessRecord& record, int64_t deadline = os::kForever) {
  return core::Block(record.word(), Scope::kPrivate, deadline, TestParker::Make(),
                     [&](bool) { return record.TryEnded(); });
}

int Run(const os::SpawnRequest& request) {
  auto record = Start(request);
  CHECK(Join(*record) == Outcome::kDone);
  return record->ExitCode().value();
}

int OpenDescriptors() {
  int count = 0;
  DIR* directory = opendir("/proc/self/fd");
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

/// Of nobody's child is left but what is waited for here.
bool HasChildren() {
  StopNursery();
  siginfo_t info{};
  return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/// What is made once and kept, so that it does not count as left behind.
void MakeWhatStays() {
  REQUIRE(ProcessRecord::Spawn(Program({"/bin/true"}), false, 9).ok());
  AwaitThat([] { return ProcessRegistry::Instance().Living().empty(); });
}

/// All that a program writes under `number`.
std::string OutputOf(os::SpawnRequest request, int number = 1) {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  request.descriptors.push_back({number, ends[1]});
  auto record = Start(request);
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<size_t>(got));
  }
  close(ends[0]);
  Join(*record);
  return text;
}

struct CountingListener final : core::Listener {
  void Ring(WaitWord*) override { ++rings; }
  void RingAll() override { ++rings; }
  std::atomic<int> rings{0};
};

/// Answers these system calls with ENOSYS from here on, in this process and its children.
void ForbidCalls(std::vector<uint32_t> numbers) {
  std::vector<sock_filter> program = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
  for (uint32_t number : numbers) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
    _exit(7);
  }
}

std::atomic<int64_t> g_ended_pid{0};

}  // namespace

TEST_CASE("process: exit codes are those of Python") {
  CHECK(Run(Program({"/bin/true"})) == 0);
  CHECK(Run(Shell("exit 3")) == 3);
  CHECK(Run(Shell("exit 255")) == 255);
  CHECK(Run(Shell("kill -9 $$")) == -9);
  CHECK(Run(Shell("kill -TERM $$")) == -15);
}

TEST_CASE("process: a program without a slash is looked for in the child's PATH") {
  CHECK(Run(Program({"true"})) == 0);
  os::SpawnRequest request = Program({"sh", "-c", "exit $CODE"});
  request.environment = {"CODE=4", "PATH=/nonexistent:/bin"};
  CHECK(Run(request) == 4);
  request.environment = {"CODE=4", "PATH=/nonexistent"};
  auto failed = ProcessRecord::Spawn(request, false, -1);
  REQUIRE(!failed.ok());
  CHECK(failed.failure().error == ENOENT);
}

TEST_CASE("process: a program that cannot run leaves nothing") {
  MakeWhatStays();
  int before = OpenDescriptors();
  auto errno_of = [](const os::SpawnRequest& request) {
    auto failed = os::SpawnProcess(request);
    REQUIRE(!failed.ok());
    return std::pair(failed.failure().error, std::string(failed.failure().syscall));
  };
  for (int i = 0; i < 20; ++i) {
    CHECK(errno_of(Program({"/nonexistent/program"})) == std::pair(ENOENT, std::string("execve")));
    CHECK(errno_of(Program({"/etc/passwd"})) == std::pair(EACCES, std::string("execve")));
    os::SpawnRequest elsewhere = Program({"/bin/true"});
    elsewhere.directory = "/nonexistent";
    CHECK(errno_of(elsewhere) == std::pair(ENOENT, std::string("chdir")));
    os::SpawnRequest bad = Program({"/bin/true"});
    bad.descriptors = {{5, 9999}};
    CHECK(errno_of(bad) == std::pair(EBADF, std::string("fcntl")));
  }
  CHECK(OpenDescriptors() == before);
  CHECK(!HasChildren());
  CHECK(ProcessRegistry::Instance().Living().empty());
}

TEST_CASE("process: the child gets what is listed, no other descriptor, and the directory") {
  int open_here[3];
  for (int& descriptor : open_here) descriptor = open("/dev/null", O_RDONLY);  // Not close-on-exec.
  // Numbers that cross: what is 20 there is what 21 was here, and the other way round.
  int first[2], second[2];
  REQUIRE(pipe(first) == 0);
  REQUIRE(pipe(second) == 0);
  REQUIRE(dup2(first[1], 20) == 20);
  REQUIRE(dup2(second[1], 21) == 21);
  os::SpawnRequest request =
      Shell("echo twenty >/dev/fd/20; echo twenty-one >/dev/fd/21; cd /proc/self/fd; echo *");
  request.descriptors = {{20, 21}, {21, 20}};
  request.directory = "/tmp";
  std::string listed = OutputOf(request);
  char buffer[64] = {};
  CHECK(read(first[0], buffer, sizeof buffer) == 11);
  CHECK(std::string(buffer, 11) == "twenty-one\n");
  CHECK(read(second[0], buffer, sizeof buffer) >= 7);
  CHECK(std::string(buffer, 7) == "twenty\n");
  // The shell itself reads the directory by one more.
  CHECK((listed == "0 1 2 20 21 3\n" || listed == "0 1 10 2 20 21\n"));
  os::SpawnRequest where = Program({"pwd"});
  where.directory = "/usr";
  where.environment = {"PATH=/bin:/usr/bin"};
  CHECK(OutputOf(where) == "/usr\n");
  for (int descriptor : open_here) close(descriptor);
  for (int descriptor : {first[0], first[1], second[0], second[1], 20, 21}) close(descriptor);
}

TEST_CASE("process: no signal is blocked, ignored or handled in the child") {
  struct sigaction ignore{}, before{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &before);
  sigset_t set, old;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &set, &old);
  std::string text = OutputOf(Program({"sed", "-n", "/^Sig[BIC]/p", "/proc/self/status"}));
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  sigaction(SIGPIPE, &before, nullptr);
  CHECK(text ==
        "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\nSigCgt:\t0000000000000000\n");
}

TEST_CASE("process: 200 starts from four threads") {
  MakeWhatStays();
  int before = OpenDescriptors();
  Together(4, [](int thread) {
    std::vector<Ref<ProcessRecord>> children;
    for (int i = 0; i < 50; ++i) {
      children.push_back(Start(Shell("exit " + std::to_string(thread * 50 + i))));
    }
    for (int i = 0; i < 50; ++i) {
      CHECK(Join(*children[static_cast<size_t>(i)]) == Outcome::kDone);
      CHECK(children[static_cast<size_t>(i)]->ExitCode() == thread * 50 + i);
    }
  });
  CHECK(ProcessRegistry::Instance().Living().empty());
  // The watching thread lets go of a record a moment after it has told its end.
  AwaitThat([&] { return OpenDescriptors() == before; });
  CHECK(!HasChildren());
}

TEST_CASE("process: join has a time limit, and nobody has to join") {
  auto record = Start(Program({"sleep", "60"}));
  CHECK(Join(*record, After(20)) == Outcome::kTimedOut);
  CHECK(Join(*record, 0) == Outcome::kTimedOut);
  CHECK(!record->HasEnded());
  CHECK(!record->ExitCode().has_value());
  CHECK(!record->Close());
  pollfd sentinel{record->sentinel(), POLLIN, 0};
  CHECK(poll(&sentinel, 1, 0) == 0);
  CHECK(record->Signal(os::kSignalKill).ok());
  // Nobody joins: it is reaped all the same.
  AwaitThat([&] { return record->HasEnded(); });
  CHECK(record->ExitCode() == -9);
  CHECK(poll(&sentinel, 1, 0) == 1);
  CHECK(record->sentinel() >= 0);
  CHECK(record->Close());
  CHECK(record->Close());
  CHECK(record->sentinel() == -1);
}

TEST_CASE("process: a child can be killed in every state, and be signalled when it has ended") {
  auto stopped = Start(Shell("kill -STOP $$; exit 1"));
  auto deaf = Start(Shell("trap '' TERM; while :; do sleep 1; done"));
  auto fresh = Start(Program({"sleep", "60"}));
  for (auto* record : {stopped.get(), deaf.get(), fresh.get()}) {
    CHECK(record->Signal(os::kSignalKill).ok());
    CHECK(Join(*record) == Outcome::kDone);
    CHECK(record->ExitCode() == -9);
    CHECK(record->Signal(os::kSignalTerminate).ok());
    record->Close();
    CHECK(record->Signal(os::kSignalKill).ok());
  }
  auto running = Start(Program({"sleep", "60"}));
  CHECK(running->Signal(0).ok());
  CHECK(running->Signal(1000).failure().error == EINVAL);
  running->Signal(os::kSignalKill);
  Join(*running);
}

TEST_CASE("process: the end rings listeners, sends the last words and runs the hook before") {
  core::SetOnProcessEnd([](int64_t pid) { g_ended_pid = pid; });
  auto channel = Channel::Create(Scope::kPrivate, 0).value();
  auto record = Start(Program({"sleep", "60"}));
  CountingListener listener;
  core::Listen(&record->word(), &listener, Scope::kPrivate);
  CHECK(record->TryEnded().outcome == Outcome::kWait);
  record->SetLastWords(channel, 7, 42);
  record->Signal(os::kSignalKill);
  core::Incoming message;
  CHECK(channel->Take(message, os::kForever, TestParker::Make()) == Outcome::kDone);
  CHECK(message.shape == 7);
  CHECK(message.a == 42);
  CHECK(record->HasEnded());
  CHECK(g_ended_pid == record->pid());
  AwaitThat([&] { return listener.rings > 0; });
  core::StopListening(&record->word(), &listener, Scope::kPrivate);
  // Too late to be told at the end: told at once.
  record->SetLastWords(channel, 8, 43);
  CHECK(channel->Take(message, 0, TestParker::Make()) == Outcome::kDone);
  CHECK(message.a == 43);
  core::SetOnProcessEnd(nullptr);
}

TEST_CASE("process: daemonic children are ended, also one that does not mind SIGTERM") {
  auto meek = Start(Program({"sleep", "60"}), true);
  auto stays = Start(Program({"sleep", "60"}));
  // It says when its trap is set.
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  os::SpawnRequest request = Shell("trap '' TERM; echo; while :; do sleep 1; done");
  request.descriptors = {{1, ends[1]}};
  auto deaf = Start(request, true);
  char byte;
  REQUIRE(read(ends[0], &byte, 1) == 1);
  close(ends[0]);
  close(ends[1]);
  ProcessRegistry::Instance().EndChildren(false);
  CHECK(meek->ExitCode() == -15);
  CHECK(deaf->ExitCode() == -9);
  CHECK(!stays->HasEnded());
  CHECK(ProcessRegistry::Instance().Living().size() == 1);
  ProcessRegistry::Instance().EndChildren(true);
  CHECK(stays->ExitCode() == -15);
  CHECK(ProcessRegistry::Instance().Living().empty());
}

TEST_CASE("process: a process is told from a later one of its number") {
  auto record = Start(Program({"sleep", "60"}));
  uint64_t time = os::ProcessStartTime(record->pid()).value();
  CHECK(os::ProcessIsAlive(record->pid(), time));
  CHECK(!os::ProcessIsAlive(record->pid(), time + 1));
  record->Signal(os::kSignalKill);
  Join(*record);
  CHECK(!os::ProcessIsAlive(record->pid(), time));
  CHECK(os::ProcessStartTime(record->pid()).failure().error == ESRCH);
  CHECK(os::ProcessIsAlive(1, os::ProcessStartTime(1).value()));
}

TEST_CASE("process: a zombie counts as dead" * doctest::skip(kSkipForks)) {
  pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  uint64_t time = os::ProcessStartTime(child).value();
  kill(child, SIGKILL);
  siginfo_t info;
  waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  CHECK(!os::ProcessIsAlive(child, time));
  waitpid(child, nullptr, 0);
}

TEST_CASE("process: a status that somebody else took counts as 255") {
  auto record = Start(Program({"sleep", "60"}));
  // The kernel reaps by itself where SIGCHLD is ignored.
  struct sigaction ignore{}, before{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGCHLD, &ignore, &before);
  record->Signal(os::kSignalKill);
  CHECK(Join(*record) == Outcome::kDone);
  sigaction(SIGCHLD, &before, nullptr);
  CHECK(record->ExitCode() == 255);
}

TEST_CASE("lifeline: it tells a child of its parent's kill -9" * doctest::skip(kSkipForks)) {
  // We are the grandparent: the parent is forked and killed, its child outlives it.
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  pid_t parent = fork();
  if (parent == 0) {
    os::Lifeline lifeline = os::MakeLifeline().value();
    os::SpawnRequest request = Shell("echo up; read line <&5; echo gone");
    request.descriptors = {{1, ends[1]}, {5, lifeline.read_end}};
    if (!os::SpawnProcess(request).ok()) _exit(1);
    for (;;) pause();
  }
  close(ends[1]);
  char buffer[16] = {};
  CHECK(read(ends[0], buffer, sizeof buffer) == 3);
  pollfd quiet{ends[0], POLLIN, 0};
  CHECK(poll(&quiet, 1, 50) == 0);
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  CHECK(read(ends[0], buffer, sizeof buffer) == 5);
  CHECK(std::string(buffer, 5) == "gone\n");
  close(ends[0]);
}

TEST_CASE("lifeline: a parent is a process that can be joined") {
  os::Lifeline lifeline = os::MakeLifeline().value();
  auto parent = ProcessRecord::WatchParent(lifeline.read_end, getppid(), false).value();
  CHECK(parent->pid() == getppid());
  CHECK(Join(*parent, After(10)) == Outcome::kTimedOut);
  CHECK(parent->Signal(0).failure().error == EPERM);
  close(lifeline.write_end);
  CHECK(Join(*parent) == Outcome::kDone);
  CHECK(!parent->ExitCode().has_value());
  CHECK(parent->Close());
}

TEST_CASE("lifeline: what is none is refused, and stays the caller's") {
  int file = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
  CHECK(ProcessRecord::WatchParent(file, 1, false).failure().error == EPERM);
  CHECK(ProcessRecord::WatchParent(9999, 1, false).failure().error == EBADF);
  CHECK(close(file) == 0);
}

TEST_CASE("process: kernels without pidfd and close_range" * doctest::skip(kSkipForks)) {
  pid_t child = fork();
  if (child == 0) {
    // pidfd_open, pidfd_send_signal, close_range
    ForbidCalls({434, 424, 436});
    int extra = open("/dev/null", O_RDONLY);
    os::SpawnRequest request = Shell("[ ! -e /proc/self/fd/" + std::to_string(extra) +
                                     " ] && [ -e /proc/self/fd/9 ] && exec sleep 60");
    request.descriptors = {{9, 0}};
    os::Spawned spawned = os::SpawnProcess(request).value();
    pollfd sentinel{spawned.sentinel, POLLIN, 0};
    if (poll(&sentinel, 1, 100) != 0) _exit(1);
    os::Result<os::ExitStatus> status = os::ReapProcess(spawned.pid, spawned.sentinel);
    if (!status.ok() || status.value().ended) _exit(2);
    if (!os::SignalProcess(spawned.pid, spawned.sentinel, SIGTERM).ok()) _exit(3);
    if (poll(&sentinel, 1, 10'000) != 1) _exit(4);
    status = os::ReapProcess(spawned.pid, spawned.sentinel);
    if (!status.ok() || !status.value().ended || status.value().code != -15) _exit(5);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace heddle::test
