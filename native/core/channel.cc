#include "core/channel.h"

#include <new>

#include "core/block.h"
#include "core/line.h"
#include "os/memory.h"

namespace heddle::core {
namespace {

/// Payloads above this leave the ring. Between processes they stay in it.
constexpr size_t kInline = 16 * 1024;
/// What a channel between processes reserves; the system gives what is used.
constexpr size_t kReserved = size_t{64} << 20;

constexpr uint32_t kSleeper = 1;

uint32_t Rounded(size_t size) { return static_cast<uint32_t>((size + 7) & ~size_t{7}); }

Resource* AsResource(uint64_t word) { return reinterpret_cast<Resource*>(word); }

}  // namespace

class Channel::Held {
 public:
  explicit Held(Channel& channel) : guard_(channel.state_->guard) {
    if (guard_.Lock()) channel.Repair();
  }
  ~Held() { Release(); }
  void Release() {
    if (held_) guard_.Unlock();
    held_ = false;
  }

 private:
  Guard& guard_;
  bool held_ = true;
};

os::Result<Ref<Channel>> Channel::Create(Scope scope, uint64_t most_items) {
  os::Mapping mapping;
  int descriptor = -1;
  if (scope == Scope::kShared) {
    os::Result<os::Mapping> mapped = os::MapShared(sizeof(State) + kReserved, &descriptor);
    if (!mapped.ok()) return mapped.failure();
    mapping = mapped.value();
  }
  return Ref<Channel>::Adopt(new Channel(scope, most_items, mapping, descriptor));
}

Channel::Channel(Scope scope, uint64_t most_items, os::Mapping shared, int descriptor)
    : Resource(Kind::kChannel),
      scope_(scope),
      shared_(shared),
      descriptor_(descriptor),
      private_state_(scope == Scope::kPrivate ? new State(scope) : nullptr),
      state_(private_state_ ? private_state_.get() : new (shared.base) State(scope)),
      ring_(private_state_ ? Ring(state_->ring)
                           : Ring(state_->ring, {shared.base + sizeof(State), kReserved})) {
  state_->most_items = most_items;
}

Channel::~Channel() {
  // The last holder: nobody else can be inside.
  for (uint64_t at = ring_.head(); at < ring_.tail();) {
    Head head = HeadAt(at);
    if (!(head.flags & kRevoked)) Discard(at, head);
    at += head.size;
  }
  if (scope_ == Scope::kShared) {
    os::Unmap(shared_);
    os::CloseDescriptor(descriptor_);
  }
}

Channel::Head Channel::HeadAt(uint64_t position) const {
  Head head;
  ring_.CopyOut(position, &head, sizeof head);
  return head;
}

void Channel::Discard(uint64_t position, const Head& head) {
  for (uint32_t i = 0; i < head.attachment_count; ++i) {
    uint64_t word;
    ring_.CopyOut(position + sizeof head + i * sizeof word, &word, sizeof word);
    AsResource(word)->Release();
  }
  if (head.flags & kOutOfLine) Blob::Destroy(reinterpret_cast<Blob*>(head.scalar));
}

void Channel::Repair() {
  // The tail and the head are published by one store each, after the bytes that they cover,
  // so the records between them are whole. Only the count may be behind.
  uint64_t count = 0;
  uint64_t revoked = 0;
  for (uint64_t at = ring_.head(); at < ring_.tail();) {
    Head head = HeadAt(at);
    ++(head.flags & kRevoked ? revoked : count);
    at += head.size;
  }
  state_->count.store(count);
  state_->revoked = revoked;
  // Nor is it known whom the dead one meant to wake.
  for (WaitWord* word : {&state_->readable, &state_->writable}) {
    word->value.fetch_or(kSleeper);
    if (WakesSleeper(*word)) Wake(*word, os::kEverybody, scope_);
  }
}

Attempt Channel::MarkSleeper(WaitWord& word) {
  return Attempt::Sleep(word.value.fetch_or(kSleeper) | kSleeper);
}

bool Channel::WakesSleeper(WaitWord& word) {
  uint32_t seen = word.value.load(std::memory_order_relaxed);
  if (!(seen & kSleeper)) return false;
  word.value.store(seen + 1);  // Clears the mark and counts on.
  return true;
}

bool Channel::Fits(const Outgoing& message) const {
  if (scope_ == Scope::kPrivate) return true;
  size_t beside = sizeof(Head) + message.attachment_count * sizeof(uint64_t);
  return message.size < kReserved && beside < kReserved - message.size;
}

bool Channel::HasRoom() const {
  return state_->most_items == 0 || state_->count.load() < state_->most_items;
}

bool Channel::Push(const Outgoing& message, uint64_t* position) {
  bool out_of_line = scope_ == Scope::kPrivate && message.size > kInline;
  size_t inline_size = out_of_line ? 0 : message.size;
  size_t attachments_size = message.attachment_count * sizeof(uint64_t);

  Head head{};
  head.size = Rounded(sizeof head + attachments_size + inline_size);
  head.payload_size = static_cast<uint32_t>(inline_size);
  head.codec = message.codec;
  head.shape = message.shape;
  head.flags = out_of_line ? kOutOfLine : 0;
  head.attachment_count = message.attachment_count;
  head.a = message.a;
  head.b = message.b;
  head.scalar = message.scalar;
  if (!ring_.Reserve(head.size)) return false;
  if (out_of_line) {
    head.scalar = reinterpret_cast<uint64_t>(Blob::Make(message.payload, message.size));
  }

  uint64_t at = ring_.tail();
  uint64_t next = at + sizeof head;
  ring_.CopyIn(at, &head, sizeof head);
  for (uint32_t i = 0; i < message.attachment_count; ++i, next += sizeof(uint64_t)) {
    message.attachments[i]->Retain();
    auto word = reinterpret_cast<uint64_t>(message.attachments[i]);
    ring_.CopyIn(next, &word, sizeof word);
  }
  ring_.CopyIn(next, message.payload, inline_size);
  ring_.PublishTail(at + head.size);
  state_->count.fetch_add(1);
  if (position != nullptr) *position = at;
  return true;
}

void Channel::Pop(Incoming& message) {
  uint64_t at = ring_.head();
  Head head = HeadAt(at);
  message.codec = head.codec;
  message.shape = head.shape;
  message.a = head.a;
  message.b = head.b;
  message.scalar = head.scalar;
  message.size = head.payload_size;
  message.attachments.clear();

  uint64_t next = at + sizeof head;
  for (uint32_t i = 0; i < head.attachment_count; ++i, next += sizeof(uint64_t)) {
    uint64_t word;
    ring_.CopyOut(next, &word, sizeof word);
    message.attachments.push_back(Ref<Resource>::Adopt(AsResource(word)));
  }
  if (head.flags & kOutOfLine) {
    message.blob.reset(reinterpret_cast<Blob*>(head.scalar));
    message.size = message.blob->size;
  } else {
    message.blob.reset();
    if (message.payload.size() < head.payload_size) message.payload.resize(head.payload_size);
    ring_.CopyOut(next, message.payload.data(), head.payload_size);
  }
  ring_.PublishHead(at + head.size);
  state_->count.fetch_sub(1);
}

void Channel::SkipRevoked() {
  while (state_->revoked != 0 && ring_.head() != ring_.tail()) {
    Head head = HeadAt(ring_.head());
    if (!(head.flags & kRevoked)) return;
    ring_.PublishHead(ring_.head() + head.size);
    --state_->revoked;
  }
}

Outcome Channel::TryPut(const Outgoing& message, uint64_t* position) {
  bool wakes;
  {
    Held held(*this);
    if (IsClosed()) return Outcome::kClosed;
    if (!Fits(message)) return Outcome::kTooLarge;
    if (!HasRoom() || !Push(message, position)) return Outcome::kWait;
    wakes = WakesSleeper(state_->readable);
  }
  if (wakes) Wake(state_->readable, 1, scope_);
  return Outcome::kDone;
}

Outcome Channel::Put(const Outgoing& message, int64_t deadline, Parker& parker,
                     uint64_t* position) {
  return Block(
      state_->writable, scope_, deadline, parker,
      [&](bool waited) -> Attempt {
        bool wakes;
        bool hand_on;
        {
          Held held(*this);
          if (IsClosed()) return Attempt::Failed(Outcome::kClosed);
          if (!Fits(message)) return Attempt::Failed(Outcome::kTooLarge);
          if (!HasRoom() || !Push(message, position)) return MarkSleeper(state_->writable);
          wakes = WakesSleeper(state_->readable);
          // As in Semaphore::TryAcquire: who has slept leaves the mark and hands on what is left.
          if (waited) MarkSleeper(state_->writable);
          hand_on = waited && HasRoom() && WakesSleeper(state_->writable);
        }
        if (wakes) Wake(state_->readable, 1, scope_);
        if (hand_on) Wake(state_->writable, 1, scope_);
        return Attempt::Done();
      },
      [&] { return IsClosed() || HasRoom(); });
}

Outcome Channel::Take(Incoming& message, int64_t deadline, Parker& parker) {
  return Block(
      state_->readable, scope_, deadline, parker,
      [&](bool waited) -> Attempt {
        bool wakes;
        bool hand_on;
        {
          Held held(*this);
          if (Size() == 0) {
            return IsClosed() ? Attempt::Failed(Outcome::kClosed) : MarkSleeper(state_->readable);
          }
          SkipRevoked();
          Pop(message);
          wakes = WakesSleeper(state_->writable);
          if (waited) MarkSleeper(state_->readable);
          hand_on = waited && Size() != 0 && WakesSleeper(state_->readable);
        }
        if (wakes) Wake(state_->writable, 1, scope_);
        if (hand_on) Wake(state_->readable, 1, scope_);
        return Attempt::Done();
      },
      [&] { return IsReadable(); });
}

Attempt Channel::TryReadable(bool waited) {
  bool hand_on;
  {
    Held held(*this);
    if (Size() == 0 && !IsClosed()) return MarkSleeper(state_->readable);
    if (waited) MarkSleeper(state_->readable);
    // One message is ours to take; of more, another sleeper may not have been told.
    hand_on = waited && Size() > 1 && WakesSleeper(state_->readable);
  }
  if (hand_on) Wake(state_->readable, 1, scope_);
  return Attempt::Done();
}

Attempt Channel::TryWritable() {
  Held held(*this);
  if (HasRoom() || IsClosed()) return Attempt::Done();
  return MarkSleeper(state_->writable);
}

Outcome Channel::WaitReadable(int64_t deadline, Parker& parker) {
  return Block(
      state_->readable, scope_, deadline, parker, [&](bool waited) { return TryReadable(waited); },
      [&] { return IsReadable(); });
}

bool Channel::IsQueued(uint64_t position) {
  Held held(*this);
  return position >= ring_.head() && position < ring_.tail() &&
         !(HeadAt(position).flags & kRevoked);
}

bool Channel::Revoke(uint64_t position) {
  bool wakes;
  {
    Held held(*this);
    if (position < ring_.head() || position >= ring_.tail()) return false;
    Head head = HeadAt(position);
    if (head.flags & kRevoked) return false;
    Discard(position, head);
    head.flags = kRevoked;
    head.attachment_count = 0;
    ring_.CopyIn(position, &head, sizeof head);
    ++state_->revoked;
    state_->count.fetch_sub(1);
    SkipRevoked();
    wakes = WakesSleeper(state_->writable);
  }
  if (wakes) Wake(state_->writable, 1, scope_);
  return true;
}

void Channel::Close() {
  {
    Held held(*this);
    state_->closed.store(1);
    for (WaitWord* word : {&state_->readable, &state_->writable}) {
      word->value.fetch_or(kSleeper);
      WakesSleeper(*word);
    }
  }
  Wake(state_->readable, os::kEverybody, scope_);
  Wake(state_->writable, os::kEverybody, scope_);
}

}  // namespace heddle::core
