#include "core/connection.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "core/descriptor_wait.h"
#include "os/memory.h"
#include "os/socket.h"
#include "os/stream.h"

namespace heddle::core {
namespace {

/// What is allocated ahead of bytes that are only announced.
constexpr size_t kAhead = size_t{1} << 20;

uint64_t BigEndian(const std::byte* bytes, size_t count) {
  uint64_t number = 0;
  for (size_t i = 0; i < count; ++i) number = number << 8 | static_cast<uint8_t>(bytes[i]);
  return number;
}

void PutBigEndian(std::byte* bytes, uint64_t number, size_t count) {
  for (size_t i = count; i-- > 0; number >>= 8) bytes[i] = static_cast<std::byte>(number);
}

Passage PassageOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kTimedOut:
      return Passage::kTimedOut;
    case Outcome::kInterrupted:
      return Passage::kInterrupted;
    case Outcome::kStopping:
      return Passage::kStopping;
    case Outcome::kNoMemory:
      return Passage::kFailed;
    default:
      return Passage::kWait;
  }
}

}  // namespace

Connection::~Connection() {
  while (!frames_.empty()) DropFront();
  if (!closed()) os::CloseDescriptor(descriptor_);
}

bool Connection::Enter() {
  uint32_t uses = uses_.load();
  do {
    if (uses & kClosing) return false;
  } while (!uses_.compare_exchange_weak(uses, uses + 1));
  return true;
}

void Connection::Leave() {
  // Whoever is the last one in, closes.
  if (uses_.fetch_sub(1) == (kClosing | 1)) os::CloseDescriptor(descriptor_);
}

bool Connection::Close() {
  uint32_t before = uses_.fetch_or(kClosing);
  if (before & kClosing) return false;
  if (before == 0) os::CloseDescriptor(descriptor_);
  return true;
}

int Connection::Detach() {
  uint32_t none = 0;
  return uses_.compare_exchange_strong(none, kClosing) ? descriptor_ : -1;
}

bool Connection::IsReady(std::vector<os::PollItem>& items) {
  os::Result<size_t> ready = os::PollDescriptors(items, 0);
  return ready.ok() && ready.value() > 0;
}

template <class Step>
Passage Connection::Repeat(bool for_writing, int64_t deadline, Parker& parker, Step&& step) {
  Use use(*this);
  if (!use) return Passage::kClosed;
  Passage passage = step();
  if (passage != Passage::kWait || deadline == 0) return passage;
  // An answer often begins to come sooner than the kernel could wake us. The rest of a long one is
  // better waited for, and read in large pieces.
  std::vector<os::PollItem> items{{descriptor_, for_writing}};
  if (!for_writing && parker.spin().Until([&] { return IsReady(items); })) {
    passage = step();
    if (passage != Passage::kWait) return passage;
  }
  DescriptorSession session(parker);
  for (;;) {
    Outcome outcome = session.Sleep(items, deadline);
    // Whoever was told to stop takes nothing any more.
    if (outcome == Outcome::kDone) outcome = parker.Interruption();
    if (closed()) return Passage::kClosed;
    if (outcome == Outcome::kInterrupted || outcome == Outcome::kStopping) {
      return PassageOf(outcome);
    }
    passage = step();
    if (passage != Passage::kWait) return passage;
    if (outcome == Outcome::kTimedOut || outcome == Outcome::kNoMemory) return PassageOf(outcome);
  }
}

Passage Connection::AwaitReady(bool for_writing, int64_t deadline, Parker& parker) {
  std::vector<os::PollItem> items{{descriptor_, for_writing}};
  return Repeat(for_writing, deadline, parker,
                [&] { return IsReady(items) ? Passage::kDone : Passage::kWait; });
}

Passage Connection::Receive(Message* message, uint64_t most, int64_t deadline, Parker& parker,
                            os::Failure* failure) {
  return Repeat(false, deadline, parker, [&] {
    std::lock_guard guard(reading_);
    return ReadOn(message, most, failure);
  });
}

Passage Connection::ReadInto(std::byte* target, size_t end, os::Failure* failure) {
  while (got_ < end) {
    os::Result<size_t> read = os::ReadStream(descriptor_, is_socket_, target + got_, end - got_);
    if (!read.ok()) {
      if (read.failure().error == EAGAIN) return Passage::kWait;
      *failure = read.failure();
      return Passage::kFailed;
    }
    if (read.value() == 0) return got_ == 0 && !has_head_ ? Passage::kEnd : Passage::kCut;
    got_ += read.value();
  }
  return Passage::kDone;
}

Passage Connection::ReadBody(os::Failure* failure) {
  size_t size = announced_;
  while (got_ < size) {
    if (got_ == capacity_ || capacity_ == 0) {
      // Twice what has come, so that an announcement alone costs nobody memory.
      size_t capacity = std::min(size, std::max(kAhead, capacity_ * 2));
      void* grown = std::realloc(body_.get(), std::max(capacity, kSmall));
      if (grown == nullptr) {
        *failure = {ENOMEM, "malloc"};
        return Passage::kFailed;
      }
      body_.release();
      body_ = {static_cast<std::byte*>(grown), std::free};
      capacity_ = std::max(capacity, kSmall);
    }
    Passage passage = ReadInto(body_.get(), std::min(size, capacity_), failure);
    if (passage != Passage::kDone) return passage;
  }
  return Passage::kDone;
}

Passage Connection::ReadOn(Message* message, uint64_t most, os::Failure* failure) {
  if (is_bad_) return Passage::kBadLength;
  if (!has_head_) {
    Passage passage = ReadInto(head_, 4, failure);
    if (passage != Passage::kDone) return passage;
    announced_ = BigEndian(head_, 4);
    if (announced_ == 0xffff'ffff) {
      passage = ReadInto(head_, kHead, failure);
      if (passage != Passage::kDone) return passage;
      announced_ = BigEndian(head_ + 4, 8);
    } else if (announced_ > 0x7fff'ffff) {
      is_bad_ = true;
      return Passage::kBadLength;
    }
    has_head_ = true;
    got_ = 0;
  }
  if (announced_ > most) {
    is_bad_ = true;
    return Passage::kBadLength;
  }
  Passage passage = ReadBody(failure);
  if (passage != Passage::kDone) return passage;
  message->size = announced_;
  message->bytes = body_.get();
  if (message->size > kSmall) {
    message->large = std::move(body_);
    capacity_ = 0;
  }
  has_head_ = false;
  got_ = 0;
  return Passage::kDone;
}

void Connection::DropFront() {
  Frame* frame = frames_.front();
  frames_.pop_front();
  if (frame->is_left) delete frame;
}

Passage Connection::WriteOn(const Frame* until, os::Failure* failure) {
  while (!frames_.empty()) {
    Frame& frame = *frames_.front();
    while (!frame.is_done()) {
      size_t of_head = frame.head_size - std::min(frame.sent, frame.head_size);
      size_t of_bytes = frame.sent - (frame.head_size - of_head);
      os::StreamPart parts[2] = {{frame.head + frame.head_size - of_head, of_head},
                                 {frame.bytes + of_bytes, frame.size - of_bytes}};
      size_t skipped = of_head == 0 ? 1 : 0;
      size_t count = (frame.size == of_bytes ? 1 : 2) - skipped;
      os::Result<size_t> written = os::WriteStream(descriptor_, is_socket_, parts + skipped, count);
      if (!written.ok()) {
        if (written.failure().error == EAGAIN) return Passage::kWait;
        *failure = written.failure();
        // Nothing will ever be written again.
        while (!frames_.empty()) DropFront();
        return Passage::kFailed;
      }
      frame.sent += written.value();
    }
    bool was_last = &frame == until;
    DropFront();
    if (was_last) return Passage::kDone;
  }
  return Passage::kDone;
}

void Connection::LeaveBehind(Frame& frame, bool keeps) {
  auto at = std::find(frames_.begin(), frames_.end(), &frame);
  if (at == frames_.end()) return;
  if (frame.sent == 0 && !keeps) {
    frames_.erase(at);
    return;
  }
  size_t passed = std::max(frame.sent, frame.head_size) - frame.head_size;
  auto* left = new Frame(std::move(frame));
  left->size -= passed;
  left->sent -= passed;
  left->own = std::make_unique_for_overwrite<std::byte[]>(left->size);
  std::memcpy(left->own.get(), left->bytes + passed, left->size);
  left->bytes = left->own.get();
  left->is_left = true;
  *at = left;
}

Passage Connection::Send(const std::byte* bytes, size_t size, bool keeps, int64_t deadline,
                         Parker& parker, os::Failure* failure) {
  Frame frame;
  frame.bytes = bytes;
  frame.size = size;
  bool is_long = size > 0x7fff'ffff;
  PutBigEndian(frame.head, is_long ? 0xffff'ffff : size, 4);
  if (is_long) PutBigEndian(frame.head + 4, size, 8);
  frame.head_size = is_long ? kHead : 4;

  bool is_entered = false;
  Passage passage = Repeat(true, deadline, parker, [&] {
    std::lock_guard guard(writing_);
    if (!is_entered) {
      frames_.push_back(&frame);
      is_entered = true;
    } else if (std::find(frames_.begin(), frames_.end(), &frame) == frames_.end()) {
      // Another thread has written it, or found that nothing can be written any more.
      if (frame.is_done()) return Passage::kDone;
      *failure = {EPIPE, "write"};
      return Passage::kFailed;
    }
    return WriteOn(&frame, failure);
  });
  if (passage != Passage::kDone && passage != Passage::kFailed) {
    std::lock_guard guard(writing_);
    // Another thread may have written it just now.
    if (frame.is_done()) return Passage::kDone;
    LeaveBehind(frame, keeps && passage == Passage::kWait);
  }
  return passage;
}

Passage Connection::SendHandle(int handle, int64_t deadline, Parker& parker, os::Failure* failure) {
  return Repeat(true, deadline, parker, [&] {
    std::lock_guard guard(writing_);
    Passage passage = WriteOn(nullptr, failure);
    if (passage != Passage::kDone) return passage;
    os::Result<bool> sent = os::SendDescriptor(descriptor_, handle);
    if (sent.ok()) return Passage::kDone;
    if (sent.failure().error == EAGAIN) return Passage::kWait;
    *failure = sent.failure();
    return Passage::kFailed;
  });
}

Passage Connection::ReceiveHandle(int* handle, int64_t deadline, Parker& parker,
                                  os::Failure* failure) {
  return Repeat(false, deadline, parker, [&] {
    std::lock_guard guard(reading_);
    if (is_bad_) return Passage::kBadLength;
    // Its first bytes have been read: what comes next is the rest of it.
    if (has_head_ || got_ > 0) return Passage::kCut;
    os::Result<int> received = os::ReceiveDescriptor(descriptor_, /*waits=*/false);
    if (!received.ok()) {
      if (received.failure().error == EAGAIN) return Passage::kWait;
      *failure = received.failure();
      return Passage::kFailed;
    }
    *handle = received.value();
    if (*handle == os::kEndOfSocket) return Passage::kEnd;
    return *handle < 0 ? Passage::kCut : Passage::kDone;
  });
}

Passage Connection::Flush(int64_t deadline, Parker& parker, os::Failure* failure) {
  return Repeat(true, deadline, parker, [&] {
    std::lock_guard guard(writing_);
    return WriteOn(nullptr, failure);
  });
}

}  // namespace heddle::core
