#include "core/line.h"

#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "core/family.h"
#include "os/clock.h"
#include "os/futex.h"
#include "os/thread.h"

namespace heddle::core {
namespace {

/// The listeners of the words that hash to one bucket. Rings run under its mutex, so that a
/// listener that has left is never rung.
struct Bucket {
  std::mutex mutex;
  std::unordered_map<WaitWord*, std::vector<Listener*>> listeners;
};

constexpr size_t kBuckets = 64;

/// How often a process with nothing but promises looks after the others of its family.
constexpr int64_t kLookAbout = 1'000'000'000;

/// The listeners of words that processes share are in one bucket: the bell rings all of them.
Bucket& BucketOf(WaitWord* word, Scope scope) {
  // Lives as long as the process: a thread may ring while statics are destroyed at exit.
  static auto* buckets = new Bucket[kBuckets + 1];
  if (scope == Scope::kShared) return buckets[kBuckets];
  return buckets[(reinterpret_cast<uintptr_t>(word) >> 6) % kBuckets];
}

void Ring(WaitWord* word, Scope scope) {
  Bucket& bucket = BucketOf(word, scope);
  std::lock_guard guard(bucket.mutex);
  auto found = bucket.listeners.find(word);
  if (found == bucket.listeners.end()) return;
  for (Listener* listener : found->second) listener->Ring(word);
}

void RingShared() {
  Bucket& bucket = BucketOf(nullptr, Scope::kShared);
  std::lock_guard guard(bucket.mutex);
  for (auto& [word, listeners] : bucket.listeners) {
    for (Listener* listener : listeners) listener->Ring(word);
  }
}

void AnswerBell() {
  os::BecomeBackgroundThread("heddle-bell");
  FamilyProcesses& processes = Family::Current()->processes();
  int64_t looked = os::MonotonicNanos();
  for (uint32_t seen = 0;;) {
    uint32_t before = seen;
    processes.AwaitBell(&seen, looked + kLookAbout);
    if (seen != before) RingShared();
    if (os::MonotonicNanos() < looked + kLookAbout) continue;
    processes.BuryDead();
    looked = os::MonotonicNanos();
  }
}

/// The process's thread at the bell, from the first word on that it listens to.
void AttendBell() {
  static std::once_flag once;
  std::call_once(once, [] { os::StartBackgroundThread(AnswerBell); });
}

}  // namespace

void Listen(WaitWord* word, Listener* listener, Scope scope) {
  Bucket& bucket = BucketOf(word, scope);
  {
    std::lock_guard guard(bucket.mutex);
    bucket.listeners[word].push_back(listener);
    if (scope == Scope::kPrivate) {
      word->listeners.fetch_add(1);
    } else {
      word->listeners.fetch_or(Family::Current()->processes().ListenerBit());
    }
  }
  if (scope == Scope::kShared) AttendBell();
}

void StopListening(WaitWord* word, Listener* listener, Scope scope) {
  Bucket& bucket = BucketOf(word, scope);
  std::lock_guard guard(bucket.mutex);
  auto found = bucket.listeners.find(word);
  if (found == bucket.listeners.end()) return;
  std::vector<Listener*>& list = found->second;
  auto place = std::find(list.begin(), list.end(), listener);
  if (place == list.end()) return;
  list.erase(place);
  bool last = list.empty();
  if (last) bucket.listeners.erase(found);
  if (scope == Scope::kPrivate) {
    word->listeners.fetch_sub(1);
  } else if (last && Family::Current()->processes().HasOwnBit()) {
    word->listeners.fetch_and(~Family::Current()->processes().ListenerBit());
  }
}

void RingAllListeners() {
  RingShared();
  Family::Current()->processes().RingBells(~uint32_t{0});
}

void Wake(WaitWord& word, int count, Scope scope) {
  os::FutexWake(word.value, count, scope);
  // Sequentially consistent, as in Listen: either this load sees the listener, or the
  // listener's attempt after Listen sees the word that our caller has changed.
  uint32_t listeners = word.listeners.load();
  if (listeners == 0) return;
  if (scope == Scope::kPrivate) return Ring(&word, scope);
  FamilyProcesses& processes = Family::Current()->processes();
  if (listeners & processes.ListenerBit()) Ring(&word, scope);
  processes.RingBells(listeners);
}

}  // namespace heddle::core
