#include "core/family_processes.h"

#include <cerrno>

#include "core/family.h"
#include "core/family_cells.h"
#include "core/shared.h"
#include "os/clock.h"
#include "os/process.h"

namespace heddle::core {
namespace {

/// How often one process looks after the others, at most.
constexpr int64_t kLookAfter = 100'000'000;

}  // namespace

struct FamilyProcesses::HoldingBlock {
  static constexpr size_t kCount = Family::kUnit / sizeof(uint64_t) - 1;
  std::atomic<uint64_t> next;  ///< The next block's offset.
  Holding holdings[kCount];
};

uint64_t FamilyProcesses::IdentityOf(int64_t pid) {
  os::Result<uint64_t> time = os::ProcessStartTime(pid);
  // Of one that has ended: its pid, with a time at which nobody was started.
  return static_cast<uint64_t>(pid) | (time.ok() ? time.value() << kPidBits : 0);
}

bool FamilyProcesses::IsAlive(uint64_t identity) {
  return identity >> kPidBits != 0 && IdentityOf(PidIn(identity)) == identity;
}

os::Result<uint32_t> FamilyProcesses::Reserve(uint64_t mailbox) {
  for (uint32_t i = 0; i < kMost; ++i) {
    Place& place = table_.places[i];
    uint32_t state = place.state.load();
    if (StateOf(state) != kFree) continue;
    if (!place.state.compare_exchange_strong(state, WordOf(kReserved, own_, state + kOneMore))) {
      continue;
    }
    place.mailbox.store(mailbox);
    return i;
  }
  return os::Failure{EAGAIN, "heddle"};
}

void FamilyProcesses::Started(uint32_t place, int64_t pid) {
  Place& child = table_.places[place];
  uint32_t state = child.state.load();
  // It may have come and gone already.
  bool ours = (StateOf(state) == kReserved || StateOf(state) == kTaken) && ByWhom(state) == own_;
  if (!ours) return;
  // Unless the child itself was faster. Without a child the place is nobody's.
  uint64_t nobody = 0;
  child.identity.compare_exchange_strong(nobody, pid == 0 ? 1 : IdentityOf(pid));
}

bool FamilyProcesses::Enter(uint32_t place) {
  own_ = place;
  Place& own = table_.places[place];
  uint32_t state = own.state.load();
  if (StateOf(state) != kReserved) return false;
  // First who we are: from then on the place no longer depends on our parent.
  uint64_t self = IdentityOf(os::CurrentProcess()), nobody = 0, ours = self;
  own.identity.compare_exchange_strong(nobody, self);
  if (own.state.compare_exchange_strong(state, WordOf(kTaken, ByWhom(state), state))) {
    own.identity.store(self);
    return true;
  }
  // Our parent is gone, and the place another's.
  own.identity.compare_exchange_strong(ours, 0);
  return false;
}

bool FamilyProcesses::AddBlock() {
  os::Result<Offset> block = family_.Allocate(sizeof(HoldingBlock), family_.OwnedHere());
  if (!block.ok()) return false;
  auto* made = family_.At<HoldingBlock>(block.value());
  Place& own = table_.places[own_];
  made->next.store(own.holdings.load());
  own.holdings.store(block.value());
  for (Holding& holding : made->holdings) free_holdings_.push_back(&holding);
  return true;
}

FamilyProcesses::Holding* FamilyProcesses::Hold(uint64_t name) {
  std::lock_guard guard(mutex_);
  if (free_holdings_.empty() && !AddBlock()) return nullptr;
  Holding* holding = free_holdings_.back();
  free_holdings_.pop_back();
  holding->store(name);
  return holding;
}

void FamilyProcesses::LetGo(Holding* holding) {
  if (holding == nullptr) return;
  // Before the resource's own count falls: whoever is killed in between leaves it too high, and
  // the memory with the family, rather than have it freed twice.
  holding->store(0);
  std::lock_guard guard(mutex_);
  free_holdings_.push_back(holding);
}

void FamilyProcesses::RingBells(uint32_t bits) {
  for (uint32_t i = 0; i < kMost && bits != 0; ++i) {
    // The last bit stands for all the places from there on.
    if (i < 31 ? !(bits & BitOf(i)) : !(bits & BitOf(31))) continue;
    if (i < 31) bits &= ~BitOf(i);
    Place& place = table_.places[i];
    if (i == own_ || StateOf(place.state.load(std::memory_order_relaxed)) != kTaken) continue;
    place.bell.fetch_add(1);
    os::FutexWake(place.bell, 1, os::Scope::kShared);
  }
}

void FamilyProcesses::AwaitBell(uint32_t* seen, int64_t deadline) {
  Word& bell = table_.places[own_].bell;
  if (bell.load() == *seen) os::FutexWait(bell, *seen, os::Scope::kShared, deadline);
  *seen = bell.load();
}

bool FamilyProcesses::IsAlive(const Place& place) const {
  // The state first: an identity of 0 that is read afterwards belongs to that reservation or a
  // later one, which Bury finds out.
  uint32_t state = place.state.load();
  uint64_t identity = place.identity.load();
  if (identity == 0) identity = table_.places[ByWhom(state)].identity.load();
  // The founder of the family, who is about to enter his own.
  return identity == 0 || IsAlive(identity);
}

bool FamilyProcesses::IsThere(uint32_t place) const {
  const Place& other = table_.places[place];
  return StateOf(other.state.load()) == kTaken && IsAlive(other);
}

void FamilyProcesses::Bury(uint32_t index) {
  Place& place = table_.places[index];
  uint32_t state = place.state.load();
  if (StateOf(state) == kFree) return;
  if (StateOf(state) == kEnding) {
    // Somebody is at it, unless he died himself.
    uint32_t other = ByWhom(state);
    if (other == own_ || IsAlive(table_.places[other])) return;
  } else if (IsAlive(place)) {
    // Whoever was found dead has been buried, and the place has another already.
    return;
  }
  if (!place.state.compare_exchange_strong(state, WordOf(kEnding, own_, state))) return;

  AbandonLocks(family_, index, 0);
  if (uint64_t name = place.mailbox.exchange(0)) ReleaseShared(name);
  // Each name is taken off the list before its count falls, as in LetGo.
  for (Offset at = place.holdings.load(); at != 0;) {
    auto* block = family_.At<HoldingBlock>(at);
    for (Holding& holding : block->holdings) {
      if (uint64_t name = holding.exchange(0)) ReleaseShared(name);
    }
    at = block->next.load();
  }
  place.holdings.store(0);
  family_.FreeAll(Family::OwnedByProcess(index), [](Offset) { return false; });
  place.identity.store(0);
  place.state.store(WordOf(kFree, 0, state));
}

void FamilyProcesses::BuryChild(int64_t pid) {
  for (uint32_t i = 0; i < kMost; ++i) {
    Place& place = table_.places[i];
    if (StateOf(place.state.load()) != kFree && PidIn(place.identity.load()) == pid) {
      return Bury(i);
    }
  }
}

void FamilyProcesses::BuryDead() {
  int64_t now = os::CoarseNanos();
  int64_t last = looked_after_.load();
  if (now - last < kLookAfter || !looked_after_.compare_exchange_strong(last, now)) return;
  for (uint32_t i = 0; i < kMost; ++i) {
    Place& place = table_.places[i];
    if (i == own_ || StateOf(place.state.load()) == kFree) continue;
    if (!IsAlive(place)) Bury(i);
  }
}

}  // namespace heddle::core
