#pragma once

#include <cstdint>
#include <memory>

#include "core/guard.h"
#include "core/message.h"
#include "core/parker.h"
#include "core/resource.h"
#include "core/ring.h"
#include "core/wait_word.h"
#include "os/result.h"

namespace heddle::core {

/// A queue of messages, first in, first out, for any number of senders and receivers: the one
/// piece under every queue, pool and thread of heddle. It has no end unless it is given one.
class Channel final : public Resource {
 public:
  /// `most_items` = 0: without a limit.
  static os::Result<Ref<Channel>> Create(Scope scope, uint64_t most_items);

  /// Puts a message. kDone, kClosed, kTooLarge, or why not: kTimedOut, kInterrupted, kStopping.
  /// `*position` (may be null) names the message for Revoke and IsQueued.
  Outcome Put(const Outgoing& message, int64_t deadline, Parker& parker, uint64_t* position);

  /// The same without waiting, for threads without a parker. kDone, kClosed or kWait.
  Outcome TryPut(const Outgoing& message, uint64_t* position);

  /// Takes the oldest message. kDone, kClosed (and nothing left), kTimedOut, kInterrupted or
  /// kStopping.
  Outcome Take(Incoming& message, int64_t deadline, Parker& parker);

  /// For waiters without a thread: done when Take would not wait. `waited`: the caller was rung
  /// or asleep before.
  Attempt TryReadable(bool waited);
  /// Done when Put would not wait for the limit.
  Attempt TryWritable();

  /// Sleeps until TryReadable is done.
  Outcome WaitReadable(int64_t deadline, Parker& parker);

  /// Takes a message back. False if somebody has taken it.
  bool Revoke(uint64_t position);
  bool IsQueued(uint64_t position);

  /// Ends the putting. Receivers take what is left, then get kClosed.
  void Close();
  bool IsClosed() const { return state_->closed.load() != 0; }
  bool IsReadable() const { return Size() != 0 || IsClosed(); }
  uint64_t Size() const { return state_->count.load(std::memory_order_relaxed); }

  WaitWord& readable() { return state_->readable; }
  WaitWord& writable() { return state_->writable; }
  Scope scope() const { return scope_; }

 private:
  /// What all users of the channel share; for the shared scope it begins the mapping.
  ///
  /// `readable` and `writable`: bit 0 somebody may be sleeping, bits 1-31 a count that rises
  /// when sleepers are woken. Both are written under the guard.
  struct alignas(64) State {
    explicit State(Scope scope) : guard(scope) {}
    Guard guard;
    std::atomic<uint64_t> count{0};
    uint64_t revoked = 0;  ///< Messages in the ring that were taken back.
    uint64_t most_items = 0;
    std::atomic<uint32_t> closed{0};
    RingState ring;
    alignas(64) WaitWord readable;
    alignas(64) WaitWord writable;
  };

  /// Before each payload in the ring. `size` covers all of it and is a multiple of 8.
  struct Head {
    uint32_t size;
    uint32_t payload_size;
    Codec codec;
    uint8_t shape;
    uint8_t flags;
    uint8_t reserved;
    uint32_t attachment_count;
    int32_t a;
    int32_t b;
    uint64_t scalar;
  };
  static_assert(sizeof(Head) == 32);
  static constexpr uint8_t kOutOfLine = 1;
  static constexpr uint8_t kRevoked = 2;

  /// The guard, held; repairs the state when the last holder died inside.
  class Held;

  Channel(Scope scope, uint64_t most_items, os::Mapping shared, int descriptor);
  ~Channel() override;

  bool Fits(const Outgoing& message) const;
  bool HasRoom() const;
  bool Push(const Outgoing& message, uint64_t* position);
  void Pop(Incoming& message);
  /// Drops what the message at `position` owns.
  void Discard(uint64_t position, const Head& head);
  Head HeadAt(uint64_t position) const;
  void SkipRevoked();
  void Repair();
  static Attempt MarkSleeper(WaitWord& word);
  static bool WakesSleeper(WaitWord& word);

  const Scope scope_;
  const os::Mapping shared_;
  const int descriptor_;
  std::unique_ptr<State> private_state_;
  State* const state_;
  Ring ring_;
};

}  // namespace heddle::core
