#include "core/line.h"

#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "os/futex.h"

namespace heddle::core {
namespace {

/// The listeners of the words that hash to one bucket. Rings run under its mutex, so that a
/// listener that has left is never rung.
struct Bucket {
  std::mutex mutex;
  std::unordered_map<WaitWord*, std::vector<Listener*>> listeners;
};

constexpr size_t kBuckets = 64;

Bucket& BucketOf(WaitWord* word) {
  // Lives as long as the process: a thread may ring while statics are destroyed at exit.
  static auto* buckets = new Bucket[kBuckets];
  return buckets[(reinterpret_cast<uintptr_t>(word) >> 6) % kBuckets];
}

}  // namespace

void Listen(WaitWord* word, Listener* listener) {
  Bucket& bucket = BucketOf(word);
  std::lock_guard guard(bucket.mutex);
  bucket.listeners[word].push_back(listener);
  word->listeners.fetch_add(1);
}

void StopListening(WaitWord* word, Listener* listener) {
  Bucket& bucket = BucketOf(word);
  std::lock_guard guard(bucket.mutex);
  auto found = bucket.listeners.find(word);
  if (found == bucket.listeners.end()) return;
  std::vector<Listener*>& list = found->second;
  auto place = std::find(list.begin(), list.end(), listener);
  if (place == list.end()) return;
  list.erase(place);
  if (list.empty()) bucket.listeners.erase(found);
  word->listeners.fetch_sub(1);
}

void RingListeners(WaitWord* word) {
  Bucket& bucket = BucketOf(word);
  std::lock_guard guard(bucket.mutex);
  auto found = bucket.listeners.find(word);
  if (found == bucket.listeners.end()) return;
  for (Listener* listener : found->second) listener->Ring(word);
}

void Wake(WaitWord& word, int count, Scope scope) {
  os::FutexWake(word.value, count, scope);
  // Sequentially consistent, as in Listen: either this load sees the listener, or the
  // listener's attempt after Listen sees the word that our caller has changed.
  if (word.listeners.load() != 0) RingListeners(&word);
}

}  // namespace heddle::core
