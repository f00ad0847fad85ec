#include "core/thread_record.h"

#include "core/thread_registry.h"

namespace heddle::core {

std::string ThreadRecord::name() {
  std::lock_guard guard(mutex_);
  return name_;
}

void ThreadRecord::Rename(std::string name) {
  std::lock_guard guard(mutex_);
  name_ = std::move(name);
}

void ThreadRecord::BecomeDummy(std::string name) {
  Rename(std::move(name));
  origin_.store(Origin::kDummy);
}

void ThreadRecord::Announce() { ThreadRegistry::Instance().Add(Ref<ThreadRecord>::Share(this)); }

void ThreadRecord::Begin(os::NativeThreadId native_id) {
  native_id_.store(native_id);
  if (word_.value.fetch_or(kRunning) & kWaiters) Wake(word_, os::kEverybody, Scope::kPrivate);
}

void ThreadRecord::End(bool by_force) {
  uint32_t seen = word_.value.load();
  do {
    if (seen & kEnded) return;
  } while (!word_.value.compare_exchange_weak(seen, kEnded | (by_force ? kByForce : 0)));

  // Keeps us alive: the registry may have held the last reference.
  Ref<ThreadRecord> self = Ref<ThreadRecord>::Share(this);
  if (by_force) MarkHolderDead(ident_);
  Ref<Channel> channel;
  {
    std::lock_guard guard(mutex_);
    channel = std::move(last_words_);
  }
  if (by_force && channel) {
    Outgoing message;
    message.shape = last_words_shape_;
    message.a = last_words_a_;
    channel->TryPut(message, nullptr);
  }
  Wake(word_, os::kEverybody, Scope::kPrivate);
  ThreadRegistry::Instance().Remove(this, by_force);
}

Attempt ThreadRecord::TryState(uint32_t wanted) {
  uint32_t seen = word_.value.load();
  for (;;) {
    if (seen & wanted) return Attempt::Done();
    if (seen & kWaiters) return Attempt::Sleep(seen);
    if (word_.value.compare_exchange_weak(seen, seen | kWaiters)) {
      return Attempt::Sleep(seen | kWaiters);
    }
  }
}

void ThreadRecord::SetLastWords(Ref<Channel> channel, uint8_t shape, int32_t a) {
  std::lock_guard guard(mutex_);
  last_words_ = std::move(channel);
  last_words_shape_ = shape;
  last_words_a_ = a;
}

}  // namespace heddle::core
