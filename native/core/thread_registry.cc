#include "core/thread_registry.h"

#include <algorithm>

#include "core/family.h"
#include "core/line.h"
#include "os/clock.h"

namespace heddle::core {
namespace {

constexpr uint32_t kWaiters = 1;
constexpr uint32_t kOneThread = 2;
constexpr int64_t kLookForDead = 20'000'000;

template <class T, class U>
bool Contains(const std::vector<T>& list, const U& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

ThreadRegistry::ThreadRegistry()
    : main_(ThreadRecord::Create("MainThread", false, ThreadRecord::Origin::kMain)) {
  main_->Begin(os::MainThreadId());
  SetHousekeeping([] {
    Instance().Reap();
    if (Family* family = Family::Current()) family->processes().BuryDead();
  });
}

ThreadRegistry& ThreadRegistry::Instance() {
  static auto* registry = new ThreadRegistry;  // Threads use it until the process is gone.
  return *registry;
}

void ThreadRegistry::Add(Ref<ThreadRecord> record) {
  std::lock_guard guard(mutex_);
  if (!record->daemon()) only_daemons_.value.fetch_add(kOneThread);
  living_.push_back(std::move(record));
}

void ThreadRegistry::Remove(ThreadRecord* record, bool by_force) {
  Ref<ThreadRecord> removed;
  uint32_t before = 0;
  {
    std::lock_guard guard(mutex_);
    auto same = [&](const Ref<ThreadRecord>& other) { return other.get() == record; };
    auto place = std::find_if(living_.begin(), living_.end(), same);
    if (place == living_.end()) return;
    removed = std::move(*place);
    living_.erase(place);
    if (!record->daemon()) before = only_daemons_.value.fetch_sub(kOneThread);
  }
  if (by_force) AlertWaiters();
  if ((before & kWaiters) && before / kOneThread == 1) {
    only_daemons_.value.fetch_and(~kWaiters);
    Wake(only_daemons_, os::kEverybody, Scope::kPrivate);
  }
}

std::vector<Ref<ThreadRecord>> ThreadRegistry::Living() {
  std::lock_guard guard(mutex_);
  return living_;
}

Attempt ThreadRegistry::TryOnlyDaemons() {
  uint32_t seen = only_daemons_.value.load();
  for (;;) {
    if (seen / kOneThread == 0) return Attempt::Done();
    if (only_daemons_.value.compare_exchange_weak(seen, seen | kWaiters)) {
      return Attempt::Sleep(seen | kWaiters);
    }
  }
}

void ThreadRegistry::AddWaiters(Parker* parker, Listener* listener) {
  std::lock_guard guard(mutex_);
  waiters_.emplace_back(parker, listener);
}

void ThreadRegistry::RemoveWaiters(Parker* parker) {
  std::lock_guard guard(mutex_);
  std::erase_if(waiters_, [&](const auto& waiter) { return waiter.first == parker; });
}

void ThreadRegistry::AlertWaiters() {
  std::lock_guard guard(mutex_);
  for (auto& [parker, listener] : waiters_) {
    parker->Poke();
    if (listener != nullptr) listener->RingAll();
  }
}

void ThreadRegistry::AwaitArrival(Ref<ThreadRecord> record,
                                  const std::vector<os::NativeThreadId>& before) {
  std::vector<os::NativeThreadId> candidates;
  for (os::NativeThreadId thread : os::ListThreads()) {
    if (!Contains(before, thread)) candidates.push_back(thread);
  }
  std::lock_guard guard(mutex_);
  // It may have begun already, and then it speaks for itself.
  if (record->State() != 0 || candidates.empty()) return;
  arrivals_.push_back({std::move(record), std::move(candidates)});
}

void ThreadRegistry::Arrived(ThreadRecord* record) {
  os::NativeThreadId self = os::CurrentThreadId();
  std::lock_guard guard(mutex_);
  std::erase_if(arrivals_, [&](Arrival& arrival) { return arrival.record.get() == record; });
  // Two boots at once see both threads: this one is not the other's.
  for (Arrival& arrival : arrivals_) std::erase(arrival.candidates, self);
  arrived_.fetch_add(1);
  os::FutexWake(arrived_, os::kEverybody, Scope::kPrivate);
}

void ThreadRegistry::WaitForArrivals(int64_t deadline) {
  for (;;) {
    uint32_t seen = arrived_.load();
    Reap();
    {
      std::lock_guard guard(mutex_);
      if (arrivals_.empty()) return;
    }
    int64_t now = os::MonotonicNanos();
    if (now >= deadline) return;
    // Nobody tells of those that die on the way.
    os::FutexWait(arrived_, seen, Scope::kPrivate, std::min(deadline, now + kLookForDead));
  }
}

void ThreadRegistry::Reap() {
  std::vector<Ref<ThreadRecord>> lost;
  {
    std::lock_guard guard(mutex_);
    std::erase_if(arrivals_, [&](Arrival& arrival) {
      if (arrival.record->State() != 0) return true;
      std::erase_if(arrival.candidates,
                    [](os::NativeThreadId thread) { return !os::ThreadExists(thread); });
      if (!arrival.candidates.empty()) return false;
      lost.push_back(arrival.record);
      return true;
    });
  }
  for (Ref<ThreadRecord>& record : lost) record->End(true);
}

}  // namespace heddle::core
