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
    /// Bits 0-3 the state, 4-13 the place of who reserves or ends it, 14-31 how often it was used:
    /// who acts upon what he has seen acts on that process, not on the next one in the place.
    std::atomic<uint32_t> state;
    Word bell;  ///< Counts up when promises of the process shall look.
    /// Bits 32-63 the pid, 0-31 when it was started (pids are used again; 0: not known), in one
    /// word so that nobody sees the one without the other. 0 until the process is there.
    std::atomic<uint64_t> process;
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
  /// Notes for the copy of this process that is to come to that place all that this process holds,
  /// and counts it as a holder, while all other threads stand still: EBUSY if one is in the midst
  /// of noting something, ENOMEM, which Bury() takes back. If it succeeds, nobody notes anything
  /// until EndCopy(), which is called here and in the copy.
  int BeginCopy(uint32_t place);
  void EndCopy() { mutex_.unlock(); }
  /// As Enter(), in the copy, while nobody notes anything.
  bool EnterCopy(uint32_t place);
  uint32_t own() const { return own_; }
  /// What the parent has given this process, and with it the holding.
  uint64_t TakeMailbox() { return table_.places[own_].mailbox.exchange(0); }
  int64_t PidOf(uint32_t place) const {
    return static_cast<int64_t>(table_.places[place].process.load() >> 32);
  }
  /// Whether a process is in the place and lives.
  bool IsThere(uint32_t place) const;
  /// Whether whoever was in the place is known to be dead: somebody puts away what it left, or has.
  bool IsGone(uint32_t place) const {
    if (place >= kMost) return false;
    State state = StateOf(table_.places[place].state.load());
    return state == kFree || state == kEnding;
  }

  /// Notes that this process holds the resource (shared.h). Null where there is no memory: then
  /// it stays if the process is killed. With 0 the note is only prepared: whoever counts up a
  /// resource stores the name right after that.
  Holding* Hold(uint64_t name = 0);
  static void Note(Holding* holding, uint64_t name) {
    if (holding != nullptr) holding->store(name);
  }
  /// Takes the note back. It is crossed out (0) before the resource's own count falls: whoever is
  /// killed in between leaves that too high, and the memory with the family, rather than have it
  /// freed twice.
  void LetGo(Holding* holding);

  /// Whether this process itself holds what is noted there: in a copy of a process, what that held
  /// is noted a second time, and stays until the copy ends.
  bool Owns(const Holding* holding) const;

  /// The bit of a WaitWord's `listeners` that stands for this process; some share one.
  uint32_t ListenerBit() const { return BitOf(own_); }
  bool HasOwnBit() const { return own_ < 31; }
  /// Makes the promises of all processes whose bits are set look, except this process's own.
  void RingBells(uint32_t bits);
  /// Sleeps until the bell rings or `deadline` has passed.
  void AwaitBell(uint32_t* seen, int64_t deadline);

  /// Puts away what the dead process has left: locks that it holds are abandoned, what only it
  /// held is freed. Any process may do this, and any number at once. Then all promises look: the
  /// dead one may have changed a word and woken nobody.
  void Bury(uint32_t place);
  /// The same by pid, for a child that was seen to end.
  void BuryChild(int64_t pid);
  /// Looks after all processes of the family.
  void BuryDead();

 private:
  enum State : uint32_t { kFree, kReserved, kTaken, kEnding };
  static constexpr uint32_t kOneUse = 1u << 14;
  static State StateOf(uint32_t word) { return static_cast<State>(word & 15); }
  static uint32_t WhoOf(uint32_t word) { return word >> 4 & 0x3ff; }
  static uint32_t Next(uint32_t word, State state, uint32_t who = 0) {
    return (word & ~(kOneUse - 1)) | who << 4 | state;
  }

  struct HoldingBlock;

  static uint32_t BitOf(uint32_t place) { return uint32_t{1} << (place < 31 ? place : 31); }
  /// Whether somebody has to put away what is in the place that is in this state.
  bool IsLeft(const Place& place, uint32_t state) const;
  /// Buries who is there, unless the state has changed.
  void Bury(uint32_t place, uint32_t state);
  HoldingBlock* AddBlock(uint32_t place);
  template <class Visit>
  void ForEachHolding(const Place& place, Visit&& visit);

  Family& family_;
  Table& table_;
  uint32_t own_ = 0;
  std::atomic<int64_t> looked_after_{0};
  std::mutex mutex_;  ///< Guards what is below.
  std::vector<Holding*> free_holdings_;
};

}  // namespace heddle::core
