#include "core/channel.h"

#include <algorithm>
#include <cstring>

#include "core/block.h"
#include "core/cargo.h"
#include "core/channel_held.h"
#include "core/line.h"
#include "core/shared.h"

namespace heddle::core {
namespace {

/// Payloads above this leave the ring.
constexpr size_t kInline = 16 * 1024;
/// The same between processes, where what is out of line is copied once more.
constexpr size_t kSharedInline = 256 * 1024;

uint32_t Rounded(size_t size) { return static_cast<uint32_t>((size + 7) & ~size_t{7}); }

Resource* AsResource(uint64_t word) { return reinterpret_cast<Resource*>(word); }
Blob* AsBlob(uint64_t word) { return reinterpret_cast<Blob*>(word); }

}  // namespace

Channel::Head Channel::HeadAt(uint64_t position) const {
  Head head;
  ring_.CopyOut(position, &head, sizeof head);
  return head;
}

uint64_t Channel::WordAt(uint64_t position) const {
  uint64_t word;
  ring_.CopyOut(position, &word, sizeof word);
  return word;
}

void Channel::Discard(uint64_t position, const Head& head) {
  for (uint32_t i = 0; i < head.attachment_count; ++i) {
    Cargo::Drop(family_, WordAt(position + sizeof head + i * sizeof(uint64_t)));
  }
  if (head.flags & kOutOfLine) Cargo::DropBlob(family_, head.scalar);
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

bool Channel::HasRoom() const {
  int64_t most = MostItems();
  return most <= 0 || state_->count.load() < static_cast<uint64_t>(most);
}

Outcome Channel::Load(const Outgoing& message, Cargo& cargo) {
  for (uint32_t i = 0; i < message.attachment_count; ++i) {
    Resource* resource = message.attachments[i];
    if (scope_ == Scope::kPrivate) {
      resource->Retain();
      cargo.attachments.push_back(reinterpret_cast<uint64_t>(resource));
      continue;
    }
    os::Result<uint64_t> name = resource->SharedName();
    if (!name.ok()) return Outcome::kNoMemory;
    if (name.value() == 0) return Outcome::kNotShared;
    cargo.Hold(name.value());
  }
  if (scope_ == Scope::kPrivate) {
    if (message.size > kInline) {
      cargo.blob = reinterpret_cast<uint64_t>(Blob::Make(message.payload, message.size));
    }
  } else if (message.size > kSharedInline) {
    os::Result<Offset> place = family_->Allocate(sizeof(Blob) + message.size, family_->OwnedHere());
    if (!place.ok()) return Outcome::kNoMemory;
    auto* blob = new (family_->base() + place.value()) Blob{message.size};
    cargo.blob = place.value();
    std::memcpy(blob->bytes(), message.payload, message.size);
  }
  return Outcome::kDone;
}

Outcome Channel::Push(const Outgoing& message, Cargo& cargo, uint64_t* position) {
  // Before anybody can take the message: whoever has it may say at once that it is finished. Where
  // somebody is killed in between, Repair counts anew.
  if (state_->counts && !unfinished().Add()) return Outcome::kNoMemory;
  Outcome outcome;
  if (pile_ == nullptr) {
    outcome = PushToRing(message, cargo, position) ? Outcome::kDone : Outcome::kNoMemory;
  } else {
    outcome = pile_->Push(message, cargo.attachments, cargo.blob);
    if (outcome == Outcome::kDone) {
      cargo.Unload();
      state_->count.fetch_add(1);
    }
  }
  if (outcome != Outcome::kDone && state_->counts) unfinished().Done(1);
  return outcome;
}

bool Channel::PushToRing(const Outgoing& message, Cargo& cargo, uint64_t* position) {
  size_t inline_size = cargo.blob != 0 ? 0 : message.size;
  size_t attachments_size = cargo.attachments.size() * sizeof(uint64_t);

  Head head{};
  head.size = Rounded(sizeof head + attachments_size + inline_size);
  head.payload_size = static_cast<uint32_t>(inline_size);
  head.codec = message.codec;
  head.shape = message.shape;
  head.flags = cargo.blob != 0 ? kOutOfLine : 0;
  head.attachment_count = static_cast<uint32_t>(cargo.attachments.size());
  head.a = message.a;
  head.b = message.b;
  head.scalar = cargo.blob != 0 ? cargo.blob : message.scalar;
  if (!ring_.Reserve(head.size)) return false;
  // Ours until here, and whoever repairs the channel finds it from here on.
  if (cargo.blob != 0 && family_ != nullptr) {
    family_->Pass(cargo.blob, sizeof(Blob) + message.size, owner_);
  }

  uint64_t at = ring_.tail();
  ring_.CopyIn(at, &head, sizeof head);
  if (attachments_size != 0) {
    ring_.CopyIn(at + sizeof head, cargo.attachments.data(), attachments_size);
  }
  ring_.CopyIn(at + sizeof head + attachments_size, message.payload, inline_size);
  cargo.CrossOut();
  ring_.PublishTail(at + head.size);
  cargo.Unload();
  state_->count.fetch_add(1);
  if (position != nullptr) *position = at;
  return true;
}

uint64_t Channel::Read(uint64_t position, const Head& head, Incoming& message) {
  message.codec = head.codec;
  message.shape = head.shape;
  message.a = head.a;
  message.b = head.b;
  message.scalar = head.scalar;
  message.size = head.payload_size;
  message.blob.reset();
  message.attachments.clear();
  uint64_t attachments = position + sizeof head;
  if (message.payload.size() < head.payload_size) message.payload.resize(head.payload_size);
  ring_.CopyOut(attachments + head.attachment_count * sizeof(uint64_t), message.payload.data(),
                head.payload_size);
  return attachments;
}

void Channel::Pop(Incoming& message, uint64_t* blob) {
  if (pile_ != nullptr) {
    pile_->Pop(message);
    state_->count.fetch_sub(1);
    return;
  }
  uint64_t at = ring_.head();
  Head head = HeadAt(at);
  uint64_t attachments = Read(at, head, message);
  for (uint32_t i = 0; i < head.attachment_count; ++i) {
    uint64_t word = WordAt(attachments + i * sizeof(uint64_t));
    if (family_ == nullptr) {
      message.attachments.push_back(Ref<Resource>::Adopt(AsResource(word)));
    } else {
      message.names.push_back({word, family_->processes().Hold()});
    }
  }
  if (head.flags & kOutOfLine) *blob = head.scalar;
  // Who is killed on the way has lost the message: it is unfinished no more, unless it is left. So
  // what was finished before is crossed out before, and what is taken is noted after.
  bool counts = takers_ != nullptr && !takers_->TakeFinished();
  ring_.PublishHead(at + head.size);
  if (counts) takers_->Take(family_->processes().own());
  // Ours from here on.
  for (const Incoming::Name& name : message.names) FamilyProcesses::Note(name.holding, name.name);
  state_->count.fetch_sub(1);
  // After the head, so that it is never freed while a message has it.
  if (*blob != 0 && family_ != nullptr) {
    family_->Pass(*blob, sizeof(Blob) + family_->At<Blob>(*blob)->size, family_->OwnedHere());
  }
}

void Channel::Unload(Incoming& message, uint64_t blob) {
  if (blob != 0 && family_ == nullptr) {
    message.blob.reset(AsBlob(blob));
    message.size = message.blob->size;
  } else if (blob != 0) {
    auto* bytes = family_->At<Blob>(blob);
    message.blob.reset(Blob::Make(bytes->bytes(), bytes->size));
    message.size = bytes->size;
    Cargo::DropBlob(family_, blob);
  }
  for (const auto& [name, holding] : message.names) {
    os::Result<Ref<Resource>> adopted = AdoptShared(name, holding);
    message.attachments.push_back(adopted.ok() ? std::move(adopted.value()) : Ref<Resource>());
  }
  message.names.clear();
}

void Channel::SkipRevoked() {
  while (state_->revoked != 0 && ring_.head() != ring_.tail()) {
    Head head = HeadAt(ring_.head());
    if (!(head.flags & kRevoked)) return;
    ring_.PublishHead(ring_.head() + head.size);
    --state_->revoked;
  }
}

Attempt Channel::TryPush(const Outgoing& message, Cargo& cargo, bool waited, uint64_t* position) {
  bool wakes;
  bool hand_on;
  {
    Held held(*this);
    if (IsClosed()) return Attempt::Failed(Outcome::kClosed);
    if (!HasRoom()) return MarkSleeper(state_->writable);
    Outcome pushed = Push(message, cargo, position);
    if (pushed != Outcome::kDone) return Attempt::Failed(pushed);
    wakes = WakesSleeper(state_->readable);
    // As in Semaphore::TryAcquire: who has slept leaves the mark and hands on what is left.
    if (waited) MarkSleeper(state_->writable);
    hand_on = waited && HasRoom() && WakesSleeper(state_->writable);
  }
  if (wakes) Wake(state_->readable, 1, scope_);
  if (hand_on) Wake(state_->writable, 1, scope_);
  return Attempt::Done();
}

Outcome Channel::TryPut(const Outgoing& message, uint64_t* position) {
  Cargo cargo(family_);
  Outcome loaded = Load(message, cargo);
  return loaded == Outcome::kDone ? TryPush(message, cargo, false, position).outcome : loaded;
}

Outcome Channel::Put(const Outgoing& message, int64_t deadline, Parker& parker,
                     uint64_t* position) {
  Cargo cargo(family_);
  Outcome loaded = Load(message, cargo);
  if (loaded != Outcome::kDone) return loaded;
  return Block(
      state_->writable, scope_, deadline, parker,
      [&](bool waited) { return TryPush(message, cargo, waited, position); },
      [&] { return IsClosed() || HasRoom(); });
}

Outcome Channel::Take(Incoming& message, int64_t deadline, Parker& parker) {
  uint64_t blob = 0;
  Outcome outcome = Block(
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
          Pop(message, &blob);
          wakes = WakesSleeper(state_->writable);
          if (waited) MarkSleeper(state_->readable);
          hand_on = waited && Size() != 0 && WakesSleeper(state_->readable);
        }
        if (wakes) Wake(state_->writable, 1, scope_);
        if (hand_on) Wake(state_->readable, 1, scope_);
        return Attempt::Done();
      },
      [&] { return IsReadable(); });
  if (outcome == Outcome::kDone && (blob != 0 || !message.names.empty())) Unload(message, blob);
  return outcome;
}

bool Channel::Peek(uint64_t position, Incoming& message) {
  Held held(*this);
  if (position < ring_.head() || position >= ring_.tail()) return false;
  Head head = HeadAt(position);
  if (head.flags & kRevoked) return false;
  uint64_t attachments = Read(position, head, message);
  for (uint32_t i = 0; family_ == nullptr && i < head.attachment_count; ++i) {
    Resource* resource = AsResource(WordAt(attachments + i * sizeof(uint64_t)));
    message.attachments.push_back(Ref<Resource>::Share(resource));
  }
  if (head.flags & kOutOfLine) {
    Blob* blob = family_ == nullptr ? AsBlob(head.scalar) : family_->At<Blob>(head.scalar);
    message.blob.reset(Blob::Make(blob->bytes(), blob->size));
    message.size = blob->size;
  }
  return true;
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

Outcome Channel::WaitReadable(int64_t deadline, Parker& parker, LongWait* long_wait) {
  return Block(
      state_->readable, scope_, deadline, parker, [&](bool waited) { return TryReadable(waited); },
      [&] { return IsReadable(); }, long_wait);
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
    Head revoked = head;
    revoked.flags = kRevoked;
    revoked.attachment_count = 0;
    // First, so that whoever repairs the channel drops nothing twice; the words themselves stay.
    ring_.CopyIn(position, &revoked, sizeof revoked);
    Discard(position, head);
    ++state_->revoked;
    state_->count.fetch_sub(1);
    if (state_->counts) unfinished().Done(1);
    SkipRevoked();
    wakes = WakesSleeper(state_->writable);
  }
  if (wakes) Wake(state_->writable, 1, scope_);
  return true;
}

void Channel::SetMostItems(int64_t most_items) {
  {
    Held held(*this);
    state_->most_items.store(most_items);
    state_->writable.value.fetch_or(kSleeper);
    WakesSleeper(state_->writable);
  }
  Wake(state_->writable, os::kEverybody, scope_);
}

void Channel::CloseAndDrop() {
  std::vector<uint64_t> attachments;
  std::vector<uint64_t> blobs;
  decltype(pile_->TakeAll()) piled;
  {
    Held held(*this);
    // First, so that it is closed for everybody also if we are killed on the way.
    state_->closed.store(1);
    // As Pop does, without reading: what the messages own is dropped when nobody is kept waiting.
    while (ring_.head() != ring_.tail()) {
      uint64_t at = ring_.head();
      Head head = HeadAt(at);
      for (uint32_t i = 0; i < head.attachment_count; ++i) {
        attachments.push_back(WordAt(at + sizeof head + i * sizeof(uint64_t)));
      }
      ring_.PublishHead(at + head.size);
      if (!(head.flags & kOutOfLine)) continue;
      blobs.push_back(head.scalar);
      if (family_ == nullptr) continue;
      uint64_t size = sizeof(Blob) + family_->At<Blob>(head.scalar)->size;
      family_->Pass(head.scalar, size, family_->OwnedHere());
    }
    if (pile_ != nullptr) piled = pile_->TakeAll();
    auto dropped = static_cast<uint32_t>(std::min<uint64_t>(Size(), unfinished().Count()));
    state_->count.store(0);
    state_->revoked = 0;
    if (takers_ != nullptr) takers_->Drop();
    if (state_->counts && dropped != 0) unfinished().Done(dropped);
  }
  Close();
  for (uint64_t word : attachments) Cargo::Drop(family_, word);
  for (uint64_t word : blobs) Cargo::DropBlob(family_, word);
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
