#include "family_support.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <string>

#include "core/family_cells.h"
#include "os/process.h"

namespace heddle::test {
namespace {

constexpr const char* kRole = "HEDDLE_TEST_ROLE";
constexpr const char* kNursery = "nursery";
constexpr int kFamilyHere = 3, kOrdersHere = 4;

std::map<std::string, int (*)(const Numbers&)>& Roles() {
  static auto* roles = new std::map<std::string, int (*)(const Numbers&)>;
  return *roles;
}

struct Order {
  char role[64];
  uint32_t place;
  uint32_t count;
  uint64_t numbers[16];
};

os::Spawned Spawn(const char* role, std::vector<os::SpawnRequest::Descriptor> descriptors) {
  os::SpawnRequest request;
  request.file = "/proc/self/exe";
  request.arguments = {"heddle_native_tests"};
  request.descriptors = std::move(descriptors);
  std::vector<std::string> environment{std::string(kRole) + "=" + role};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    environment.push_back(*variable);
  }
  request.environment = std::move(environment);
  return os::SpawnProcess(request).value();
}

void Begin(const Order& order, pid_t parent) {
  // The one between us and the nursery ends now; then we are the test's.
  while (getppid() != parent) usleep(20);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(9);
  alarm(static_cast<unsigned>(Soak(60)));
  close(kOrdersHere);
  int descriptor = fcntl(kFamilyHere, F_DUPFD_CLOEXEC, 10);
  close(kFamilyHere);
  // Its place is gone where it was started for that.
  if (!core::Family::Join(descriptor, order.place).ok()) _exit(8);
  _exit(Roles().at(order.role)(Numbers(order.numbers, order.numbers + order.count)));
}

[[noreturn]] void RunNursery() {
  pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  Order order;
  while (read(kOrdersHere, &order, sizeof order) == sizeof order) {
    pid_t between = fork();
    if (between == 0) {
      pid_t child = fork();
      if (child == 0) Begin(order, parent);
      if (write(kOrdersHere, &child, sizeof child) != sizeof child) _exit(1);
      _exit(0);
    }
    waitpid(between, nullptr, 0);
  }
  _exit(0);
}

/// Where the nursery takes orders; -1 while there is none.
int g_orders = -1;
int64_t g_nursery = 0;

int TheNursery() {
  if (g_orders >= 0) return g_orders;
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  int family = core::Family::Get().value()->descriptor();
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
  os::Spawned nursery = Spawn(kNursery, {{kFamilyHere, family}, {kOrdersHere, ends[1]}});
  close(nursery.sentinel);
  close(ends[1]);
  g_nursery = nursery.pid;
  return g_orders = ends[0];
}

int CountEntries(const char* folder) {
  DIR* directory = opendir(folder);
  int count = 0;
  while (dirent* entry = readdir(directory)) count += entry->d_name[0] != '.';
  closedir(directory);
  return count;
}

}  // namespace

void StopNursery() {
  if (g_orders < 0) return;
  close(g_orders);
  g_orders = -1;
  waitpid(static_cast<pid_t>(g_nursery), nullptr, 0);
}

Role::Role(const char* name, int (*run)(const Numbers&)) { Roles()[name] = run; }

pid_t StartRoleIn(uint32_t place, const char* name, const Numbers& numbers) {
  static std::mutex mutex;
  std::lock_guard guard(mutex);
  Order order{};
  std::strncpy(order.role, name, sizeof order.role - 1);
  order.place = place;
  order.count = static_cast<uint32_t>(numbers.size());
  if (order.count > 16) std::abort();
  std::copy(numbers.begin(), numbers.end(), order.numbers);
  int nursery = TheNursery();
  pid_t pid = -1;
  if (write(nursery, &order, sizeof order) != sizeof order) std::abort();
  if (read(nursery, &pid, sizeof pid) != sizeof pid) std::abort();
  return pid;
}

Child StartRole(const char* name, const Numbers& numbers) {
  core::FamilyProcesses& processes = core::Family::Get().value()->processes();
  uint32_t place = processes.Reserve(0).value();
  pid_t pid = StartRoleIn(place, name, numbers);
  processes.Started(place, pid);
  return {pid, place};
}

bool HasEnded(Child child, int* status) {
  int word = 0;
  pid_t ended;
  // Until it is ours there is no such child.
  while ((ended = waitpid(child.pid, &word, WNOHANG)) < 0) usleep(50);
  if (ended == 0) return false;
  core::Family::Current()->processes().BuryChild(child.pid);
  if (status != nullptr) *status = WIFEXITED(word) ? WEXITSTATUS(word) : -1;
  return true;
}

int Await(Child child) {
  int status;
  while (!HasEnded(child, &status)) usleep(100);
  return status;
}

void Kill(Child child) {
  kill(child.pid, SIGKILL);
  Await(child);
}

int RunAlone(const char* name) {
  os::Spawned alone = Spawn(name, {});
  int status;
  waitpid(static_cast<pid_t>(alone.pid), &status, 0);
  close(alone.sentinel);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int RunRole() {
  const char* role = std::getenv(kRole);
  if (role == nullptr) return -1;
  if (std::strcmp(role, kNursery) == 0) RunNursery();
  alarm(static_cast<unsigned>(Soak(60)));
  return Roles().at(role)({});
}

void DieAfter(int64_t nanos) {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGKILL;
  timer_t timer;
  itimerspec time{};
  time.it_value.tv_sec = nanos / 1'000'000'000;
  time.it_value.tv_nsec = nanos % 1'000'000'000 + 1;
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 ||
      timer_settime(timer, 0, &time, nullptr) != 0) {
    _exit(7);
  }
}

core::Ref<core::Resource> Attach(uint64_t name) {
  core::RetainShared(name);
  return core::AdoptShared(name).value();
}

Census TakeCensus() {
  TheNursery();
  core::Family& family = *core::Family::Current();
  Census census;
  family.ForEachUnit([&](core::Offset, uint32_t) { ++census.units; });
  for (uint8_t kind : {1, 2, 3, 4, 5, 6, 16}) {
    core::FamilyCells(family).ForEach(kind, [&](core::Cell&, core::Offset) { ++census.cells; });
  }
  census.descriptors = CountEntries("/proc/self/fd");
  census.named = CountEntries("/dev/shm");
  return census;
}

}  // namespace heddle::test
