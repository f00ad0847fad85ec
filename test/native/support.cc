#include "support.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdlib>
#include <latch>

#include "core/thread_registry.h"

namespace heddle::test {
namespace {

thread_local int t_slices = 0;
thread_local int64_t t_last_slice = 0;

/// A slice is 250 ms; a thread that was woken in time is never that late, even under load.
constexpr int64_t kLong = 150'000'000;

}  // namespace

int Soak(int count) {
  const char* factor = std::getenv("HEDDLE_SOAK");
  return factor == nullptr ? count : count * std::max(1, std::atoi(factor));
}

TestParker& TestParker::Make(bool watched) {
  // Somebody must know them all, or the leak checker takes them for lost.
  static auto* all = new std::vector<TestParker*>;
  static std::mutex mutex;
  std::lock_guard guard(mutex);
  all->push_back(new TestParker(watched ? eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) : -1));
  return *all->back();
}

Outcome TestParker::Interruption() {
  int look = looks_.fetch_add(1) + 1;
  if (hook_) hook_(look);
  return interruption_.load();
}

void TestParker::PokeDescriptorNow() { eventfd_write(descriptor_, 1); }

void TestParker::AwaitLooks(int count) const {
  AwaitThat([&] { return looks() >= count; });
}

void Together(int count, const std::function<void(int)>& run) {
  std::latch start(count);
  Threads threads;
  for (int i = 0; i < count; ++i) {
    threads.Start([&, i] {
      start.arrive_and_wait();
      run(i);
    });
  }
}

Slices::Slices() {
  core::ThreadRegistry::Instance();  // Which sets its own housekeeping.
  core::SetHousekeeping([] {
    ++t_slices;
    t_last_slice = os::MonotonicNanos();
  });
}

Slices::~Slices() {
  core::SetHousekeeping([] { core::ThreadRegistry::Instance().Reap(); });
}

void Slices::Forget() {
  t_slices = 0;
  t_last_slice = 0;
}

int Slices::Ended() { return t_slices; }

bool Slices::EndedLongAfter(int64_t moment) {
  return t_last_slice != 0 && t_last_slice - moment > kLong;
}

}  // namespace heddle::test
