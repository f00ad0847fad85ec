#pragma once

#include <cstdint>
#include <memory>

#include "core/family.h"
#include "core/guard.h"
#include "core/message.h"
#include "core/parker.h"
#include "core/pile.h"
#include "core/resource.h"
#include "core/ring.h"
#include "core/takers.h"
#include "core/tally.h"
#include "core/wait_word.h"
#include "os/result.h"

namespace heddle::core {

class Cargo;
class LongWait;

/// A queue of messages, first in, first out, for any number of senders and receivers: the one
/// piece under every queue, pool and thread of heddle. It has no end unless it is given one.
class Channel final : public Resource {
 public:
  /// `most_items` = 0 or less: without a limit. `counts`: what is put is to be finished, too.
  /// An order other than kFirst is for the private scope; positions mean nothing there.
  static os::Result<Ref<Channel>> Create(Scope scope, int64_t most_items,
                                         Order order = Order::kFirst, bool counts = false);
  /// The channel at that place in the family's memory, whose holding the caller gives, and has
  /// noted.
  static Ref<Channel> Adopt(Offset place, FamilyProcesses::Holding* holding);
  /// As Retain and Release for those who hold it without an object: messages, and the dead.
  static void RetainAt(Family& family, Offset place);
  static void ReleaseAt(Family& family, Offset place);
  /// Frees the channels that the process in that place, which is dead, was about to free.
  static void ReleaseLeft(Family& family, uint32_t place);
  /// What the process in that place had taken from any channel counts as finished: it is dead.
  static void FinishLeft(Family& family, uint32_t place);

  os::Result<uint64_t> SharedName() override;

  /// Puts a message. kDone, kClosed, kNoMemory, kNotShared, kNotOrdered, kTimedOut, kInterrupted or
  /// kStopping.
  /// `*position` (may be null) names the message for Revoke and IsQueued.
  Outcome Put(const Outgoing& message, int64_t deadline, Parker& parker, uint64_t* position);

  /// The same without waiting, for threads without a parker; kWait where it would.
  Outcome TryPut(const Outgoing& message, uint64_t* position);

  /// Takes the oldest message. kDone, kClosed (and nothing left), kTimedOut, kInterrupted or
  /// kStopping.
  Outcome Take(Incoming& message, int64_t deadline, Parker& parker);

  /// For waiters without a thread: done when Take would not wait. `waited`: the caller was rung
  /// or asleep before.
  Attempt TryReadable(bool waited);
  /// Done when Put would not wait for the limit.
  Attempt TryWritable();

  /// Sleeps until TryReadable is done. `long_wait` (may be null): lets others know that it does.
  Outcome WaitReadable(int64_t deadline, Parker& parker, LongWait* long_wait = nullptr);

  /// Reads a message that is left in the channel, in shared memory without its attachments. False
  /// if there is none at that position.
  bool Peek(uint64_t position, Incoming& message);

  /// Takes a message back. False if somebody has taken it.
  bool Revoke(uint64_t position);
  bool IsQueued(uint64_t position);

  /// Ends the putting. Receivers take what is left, then get kClosed.
  void Close();
  /// The same, and drops what is left, which counts as finished.
  void CloseAndDrop();

  /// Another limit, for puts from now on. What is in the channel stays.
  void SetMostItems(int64_t most_items);
  int64_t MostItems() const { return state_->most_items.load(std::memory_order_relaxed); }

  /// Of a channel that counts: one that was put is finished. False if all are.
  bool Finish();
  /// What was put and has not been finished.
  Tally unfinished() const { return Tally(state_->unfinished, scope_); }
  WaitWord& unfinished_word() { return state_->unfinished; }
  bool IsClosed() const { return state_->closed.load() != 0; }
  bool IsReadable() const { return Size() != 0 || IsClosed(); }
  uint64_t Size() const { return state_->count.load(std::memory_order_relaxed); }

  WaitWord& readable() { return state_->readable; }
  WaitWord& writable() { return state_->writable; }
  Scope scope() const { return scope_; }

 private:
  /// What all users of the channel share; for the shared scope it begins a unit of its own, and
  /// the ring's first bytes lie in the same unit.
  ///
  /// `readable` and `writable`: bit 0 somebody may be sleeping, bits 1-31 a count that rises
  /// when sleepers are woken. Both are written under the guard.
  struct alignas(64) State {
    explicit State(Scope scope) : guard(scope) {}
    Guard guard;
    std::atomic<uint64_t> count{0};
    uint64_t revoked = 0;  ///< Messages in the ring that were taken back.
    std::atomic<int64_t> most_items{0};
    bool counts = false;
    std::atomic<uint32_t> closed{0};
    /// Of the shared scope: how many processes and messages hold it, or who is freeing it.
    std::atomic<uint32_t> holders{1};
    RingState ring;
    alignas(64) WaitWord readable;
    alignas(64) WaitWord writable;
    alignas(64) WaitWord unfinished;  ///< A Tally. Counted up under the guard.
  };
  /// Behind the state, where the channel counts; between processes only.
  static constexpr size_t kTakers = sizeof(State);
  static constexpr uint32_t kReleasing = 0x8000'0000;
  static constexpr size_t kFirstRing = Family::kUnit / 2;
  static_assert(kTakers + sizeof(Takers) <= kFirstRing);

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

  Channel(std::unique_ptr<State> state, Order order);
  Channel(Offset place, FamilyProcesses::Holding* holding);
  static void Empty(Family& family, Offset place);
  ~Channel() override;

  Outcome Load(const Outgoing& message, Cargo& cargo);
  Attempt TryPush(const Outgoing& message, Cargo& cargo, bool waited, uint64_t* position);
  bool HasRoom() const;
  Outcome Push(const Outgoing& message, Cargo& cargo, uint64_t* position);
  bool PushToRing(const Outgoing& message, Cargo& cargo, uint64_t* position);
  void Pop(Incoming& message, uint64_t* blob);
  static bool RetainIfHeld(Family& family, Offset place);
  void FinishTakenBy(uint32_t place);
  /// Copies what lies in the ring; where the attachments begin is returned.
  uint64_t Read(uint64_t position, const Head& head, Incoming& message);
  /// Of a message that was taken, what is outside the ring.
  void Unload(Incoming& message, uint64_t blob);
  /// Drops what the message at `position` owns.
  void Discard(uint64_t position, const Head& head);
  Head HeadAt(uint64_t position) const;
  uint64_t WordAt(uint64_t position) const;
  void SkipRevoked();
  void Repair();
  void FreeLost();
  /// The bit of `readable` and `writable`.
  static constexpr uint32_t kSleeper = 1;
  static Attempt MarkSleeper(WaitWord& word);
  static bool WakesSleeper(WaitWord& word);

  const Scope scope_;
  Family* const family_;  ///< Null for the private scope.
  const Offset place_;
  const uint32_t owner_;  ///< The mark of the channel's units.
  std::unique_ptr<State> private_state_;
  State* const state_;
  Takers* const takers_;  ///< Null where nothing is counted, and for the private scope.
  Ring ring_;
  const std::unique_ptr<Pile> pile_;  ///< In place of the ring, for another order.
  FamilyProcesses::Holding* holding_ = nullptr;
};

}  // namespace heddle::core
