#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "core/wait_word.h"
#include "os/result.h"

namespace heddle::core {

class Family;

/// The processes of a family: who is there, how to wake the promises of each, and what each one
/// holds, so that whoever finds it dead can put its things away.
///
/// A place goes from free to reserved (by the parent) to taken (by the process), and by way of
/// ending (somebody puts away what is left) back to free.
class FamilyProcesses {
 public:
  static constexpr uint32_t kMost = 1022;

  struct alignas(64) Place {
    /// Bits 0-7 the state, 8-17 the place of who has reserved it, or ends it; the others count the
    /// reservations, so that nobody takes a later one for that which he has looked at.
    std::atomic<uint32_t> state;
    std::atomic<uint32_t> unused;
    /// Whose it is: the pid, and when it was started, since pids are used again. One word, so that
    /// nobody sees the half of it. 0 until the process is known: as alive as who reserved it.
    std::atomic<uint64_t> identity;
    std::atomic<uint64_t> unused_too;
    Word bell;                       ///< Counts up when promises of the process shall look.
    std::atomic<uint64_t> holdings;  ///< The first block of what it holds; 0: none.
    std::atomic<uint64_t> mailbox;   ///< The name of what its parent gives it; 0 once it has it.
  };
  static_assert(sizeof(Place) == 64);
  struct Table {
    Place places[kMost];
  };

  /// Where the name of a shared resource is noted while this process holds it.
  using Holding = std::atomic<uint64_t>;

  FamilyProcesses(Family& family, Table& table) : family_(family), table_(table) {}

  /// A place for a child to come, and the resource by that name for it (0: none), whose holding
  /// the caller gives if this succeeds; EAGAIN where there is no place.
  os::Result<uint32_t> Reserve(uint64_t mailbox);
  /// The child in that place has this pid.
  void Started(uint32_t place, int64_t pid);
  /// This process takes the place. False if it is not reserved any more: its parent is gone.
  bool Enter(uint32_t place);
  uint32_t own() const { return own_; }
  /// What the parent has given this process, and with it the holding.
  uint64_t TakeMailbox() { return table_.places[own_].mailbox.exchange(0); }
  int64_t PidOf(uint32_t place) const { return PidIn(table_.places[place].identity.load()); }
  /// Whether a process is in the place and lives.
  bool IsThere(uint32_t place) const;

  /// Notes that this process holds the resource (shared.h). Null where there is no memory: then
  /// it stays if the process is killed.
  Holding* Hold(uint64_t name);
  void LetGo(Holding* holding);

  /// The bit of a WaitWord's `listeners` that stands for this process; some share one.
  uint32_t ListenerBit() const { return BitOf(own_); }
  bool HasOwnBit() const { return own_ < 31; }
  /// Makes the promises of all processes whose bits are set look, except this process's own.
  void RingBells(uint32_t bits);
  /// Sleeps until the bell rings or `deadline` has passed.
  void AwaitBell(uint32_t* seen, int64_t deadline);

  /// Puts away what the dead process has left: locks that it holds are abandoned, what only it
  /// held is freed. Any process may do this, and any number at once.
  void Bury(uint32_t place);
  /// The same by pid, for a child that was seen to end.
  void BuryChild(int64_t pid);
  /// Looks after all processes of the family.
  void BuryDead();

 private:
  enum State : uint32_t { kFree, kReserved, kTaken, kEnding };
  static State StateOf(uint32_t word) { return static_cast<State>(word & 0xff); }
  static uint32_t ByWhom(uint32_t word) { return word >> 8 & 0x3ff; }
  static uint32_t WordOf(State state, uint32_t by_whom, uint32_t before) {
    return state | by_whom << 8 | (before & kCountMask);
  }
  static constexpr uint32_t kCountMask = ~((uint32_t{1} << 18) - 1);
  static constexpr uint32_t kOneMore = uint32_t{1} << 18;
  static_assert(kMost <= 0x400);

  /// Linux has pids of 22 bits at most.
  static constexpr int kPidBits = 22;
  static int64_t PidIn(uint64_t identity) {
    return static_cast<int64_t>(identity & ((uint64_t{1} << kPidBits) - 1));
  }
  static uint64_t IdentityOf(int64_t pid);
  static bool IsAlive(uint64_t identity);

  struct HoldingBlock;

  static uint32_t BitOf(uint32_t place) { return uint32_t{1} << (place < 31 ? place : 31); }
  bool IsAlive(const Place& place) const;
  bool AddBlock();

  Family& family_;
  Table& table_;
  uint32_t own_ = 0;
  std::atomic<int64_t> looked_after_{0};
  std::mutex mutex_;  ///< Guards what is below.
  std::vector<Holding*> free_holdings_;
};

}  // namespace heddle::core
