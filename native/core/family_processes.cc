#include "core/family_processes.h"

#include <cerrno>

#include "core/channel.h"
#include "core/family.h"
#include "core/family_heap.h"
#include "core/hand_over.h"
#include "core/line.h"
#include "core/segment.h"
#include "core/shared.h"
#include "os/clock.h"
#include "os/process.h"

namespace heddle::core {
namespace {

/// How often one process looks after the others, at most.
constexpr int64_t kLookAfter = 100'000'000;

/// As a place has it; 0 for a process that has ended.
uint64_t ProcessWord(int64_t pid) {
  os::Result<uint64_t> started = os::ProcessStartTime(pid);
  if (!started.ok() && started.failure().error == ESRCH) return 0;
  // Where there is no descriptor left to ask with, the pid has to do.
  return static_cast<uint64_t>(pid) << 32 | (started.ok() ? started.value() & 0xffff'ffff : 0);
}

bool IsAlive(uint64_t process) {
  uint64_t found = ProcessWord(static_cast<int64_t>(process >> 32));
  if (found == 0) return false;
  auto started = static_cast<uint32_t>(process);
  return started == 0 || static_cast<uint32_t>(found) == 0 ||
         started == static_cast<uint32_t>(found);
}

}  // namespace

struct FamilyProcesses::HoldingBlock {
  static constexpr size_t kCount = Family::kUnit / sizeof(uint64_t) - 1;
  std::atomic<uint64_t> next;  ///< The next block's offset.
  Holding holdings[kCount];
};

template <class Visit>
void FamilyProcesses::ForEachHolding(const Place& place, Visit&& visit) {
  for (Offset at = place.holdings.load(); at != 0;) {
    auto* block = family_.At<HoldingBlock>(at);
    for (Holding& holding : block->holdings) visit(holding);
    at = block->next.load();
  }
}

os::Result<uint32_t> FamilyProcesses::Reserve(uint64_t mailbox) {
  for (uint32_t i = 0; i < kMost; ++i) {
    Place& place = table_.places[i];
    uint32_t state = place.state.load();
    if (StateOf(state) != kFree) continue;
    // Until the child is there, the place is as alive as its parent.
    if (!place.state.compare_exchange_strong(state, Next(state, kReserved, own_))) continue;
    place.mailbox.store(mailbox);
    return i;
  }
  return os::Failure{EAGAIN, "heddle"};
}

void FamilyProcesses::Started(uint32_t place, int64_t pid) {
  Place& child = table_.places[place];
  uint32_t state = child.state.load();
  uint64_t process = ProcessWord(pid);
  uint64_t nobody = 0;
  if (process != 0 && !child.process.compare_exchange_strong(nobody, process)) return;
  // Its end may have been told before anybody knew the place.
  if (process != 0 ? !IsAlive(process) : child.process.load() == 0) Bury(place, state);
}

bool FamilyProcesses::Enter(uint32_t place) {
  own_ = place;
  Place& own = table_.places[place];
  uint32_t state = own.state.load();
  if (StateOf(state) != kReserved ||
      !own.state.compare_exchange_strong(state, Next(state, kTaken))) {
    return false;
  }
  own.process.store(ProcessWord(os::CurrentProcess()));
  return true;
}

FamilyProcesses::HoldingBlock* FamilyProcesses::AddBlock(uint32_t place) {
  os::Result<Offset> block = family_.Allocate(sizeof(HoldingBlock), Family::OwnedByProcess(place));
  if (!block.ok()) return nullptr;
  auto* made = family_.At<HoldingBlock>(block.value());
  Place& of = table_.places[place];
  made->next.store(of.holdings.load());
  of.holdings.store(block.value());
  return made;
}

int FamilyProcesses::BeginCopy(uint32_t place) {
  if (!mutex_.try_lock()) return EBUSY;
  HoldingBlock* block = nullptr;
  size_t used = HoldingBlock::kCount;
  bool has_room = true;
  ForEachHolding(table_.places[own_], [&](Holding& holding) {
    uint64_t name = holding.load();
    if (name == 0 || !has_room) return;
    if (used == HoldingBlock::kCount) {
      block = AddBlock(place);
      used = 0;
      has_room = block != nullptr;
      if (!has_room) return;
    }
    // Counted first: whoever is killed in between leaves the count too high.
    RetainShared(name);
    block->holdings[used++].store(name);
  });
  if (has_room) return 0;
  mutex_.unlock();
  return ENOMEM;
}

bool FamilyProcesses::EnterCopy(uint32_t place) {
  // They are the parent's. What the vector has allocated stays.
  free_holdings_.clear();
  return Enter(place);
}

bool FamilyProcesses::Owns(const Holding* holding) const {
  if (holding == nullptr) return false;
  return family_.OwnerOf(family_.UnitAt(family_.OffsetOf(holding))) == family_.OwnedHere();
}

FamilyProcesses::Holding* FamilyProcesses::Hold(uint64_t name) {
  std::lock_guard guard(mutex_);
  if (free_holdings_.empty()) {
    HoldingBlock* block = AddBlock(own_);
    if (block == nullptr) return nullptr;
    for (Holding& holding : block->holdings) free_holdings_.push_back(&holding);
  }
  Holding* holding = free_holdings_.back();
  free_holdings_.pop_back();
  holding->store(name);
  return holding;
}

void FamilyProcesses::LetGo(Holding* holding) {
  if (holding == nullptr) return;
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

bool FamilyProcesses::IsThere(uint32_t place) const {
  const Place& other = table_.places[place];
  return StateOf(other.state.load()) == kTaken && IsAlive(other.process.load());
}

bool FamilyProcesses::IsLeft(const Place& place, uint32_t state) const {
  switch (StateOf(state)) {
    case kFree:
      return false;
    case kEnding:
      // Somebody is at it, unless he died himself.
      return WhoOf(state) != own_ && !IsThere(WhoOf(state));
    default: {
      // Who is not there yet has just begun; or goes with his parent.
      uint64_t process = place.process.load();
      return process != 0 && !IsAlive(process);
    }
  }
}

void FamilyProcesses::Bury(uint32_t index) {
  uint32_t state = table_.places[index].state.load();
  if (StateOf(state) == kFree) return;
  if (StateOf(state) == kEnding && !IsLeft(table_.places[index], state)) return;
  Bury(index, state);
}

void FamilyProcesses::Bury(uint32_t index, uint32_t state) {
  Place& place = table_.places[index];
  uint32_t ending = Next(state, kEnding, own_);
  if (!place.state.compare_exchange_strong(state, ending)) return;

  AbandonHeld(family_, index, 0);
  if (uint64_t name = place.mailbox.exchange(0)) ReleaseShared(name);
  Segment::ForgetOpeners(family_, index);
  // Where it waited, it holds the list, too: that must be there still.
  ForEachHolding(place, [&](Holding& holding) {
    if (uint64_t name = holding.load()) AbandonWait(family_, name);
  });
  Channel::FinishLeft(family_, index);
  // Each name is taken off the list before its count falls, as in LetGo.
  ForEachHolding(place, [](Holding& holding) {
    if (uint64_t name = holding.exchange(0)) ReleaseShared(name);
  });
  Channel::ReleaseLeft(family_, index);
  FamilyHeap(family_).ReleaseLeft(index);
  place.holdings.store(0);
  family_.FreeAll(Family::OwnedByProcess(index), [](Offset) { return false; });
  // Its children that never came, and whom it was burying itself: nobody could tell afterwards
  // that the one in this place was not the next.
  for (uint32_t i = 0; i < kMost; ++i) {
    Place& other = table_.places[i];
    uint32_t seen = other.state.load();
    if (i == index || StateOf(seen) == kFree || WhoOf(seen) != index) continue;
    bool never_came = StateOf(seen) == kReserved && other.process.load() == 0;
    if (never_came || StateOf(seen) == kEnding) Bury(i, seen);
  }
  place.process.store(0);
  place.state.store(Next(ending + kOneUse, kFree));
  RingAllListeners();
}

void FamilyProcesses::BuryChild(int64_t pid) {
  for (uint32_t i = 0; i < kMost; ++i) {
    Place& place = table_.places[i];
    uint32_t state = place.state.load();
    if (StateOf(state) == kFree || PidOf(i) != pid) continue;
    // Its number may already be another's.
    if (IsLeft(place, state)) Bury(i, state);
  }
}

void FamilyProcesses::BuryDead() {
  int64_t now = os::CoarseNanos();
  int64_t last = looked_after_.load();
  if (now - last < kLookAfter || !looked_after_.compare_exchange_strong(last, now)) return;
  // Where the system does not even show us, it is no witness of the others' deaths.
  if (!IsThere(own_)) return;
  for (uint32_t i = 0; i < kMost; ++i) {
    Place& place = table_.places[i];
    uint32_t state = place.state.load();
    if (i != own_ && IsLeft(place, state)) Bury(i, state);
  }
  SweepHandedOver();
}

}  // namespace heddle::core
