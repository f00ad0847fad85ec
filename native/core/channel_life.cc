// How a channel begins and ends, and what is left of one where a process was killed.
#include <algorithm>
#include <cerrno>
#include <new>

#include "core/cargo.h"
#include "core/channel.h"
#include "core/shared.h"

namespace heddle::core {

os::Result<Ref<Channel>> Channel::Create(Scope scope, int64_t most_items, Order order,
                                         bool counts) {
  if (scope == Scope::kPrivate) {
    auto state = std::make_unique<State>(scope);
    state->most_items = most_items;
    state->counts = counts;
    return Ref<Channel>::Adopt(new Channel(std::move(state), order));
  }
  if (order != Order::kFirst) return os::Failure{ENOTSUP, "heddle"};
  os::Result<Family*> family = Family::Get();
  if (!family.ok()) return family.failure();
  os::Result<Offset> place = family.value()->Allocate(Family::kUnit, family.value()->OwnedHere());
  if (!place.ok()) return place.failure();
  auto* state = new (family.value()->base() + place.value()) State(scope);
  state->most_items = most_items;
  state->counts = counts;
  state->ring.area.store(Ring::Area(place.value() + kFirstRing, kFirstRing));
  FamilyProcesses::Holding* holding = family.value()->processes().Hold();
  family.value()->Pass(place.value(), Family::kUnit, family.value()->OwnedByChannel(place.value()));
  FamilyProcesses::Note(holding, place.value() | static_cast<uint64_t>(Kind::kChannel));
  return Adopt(place.value(), holding);
}

Ref<Channel> Channel::Adopt(Offset place, FamilyProcesses::Holding* holding) {
  return Ref<Channel>::Adopt(new Channel(place, holding));
}

Channel::Channel(std::unique_ptr<State> state, Order order)
    : Resource(Kind::kChannel),
      scope_(Scope::kPrivate),
      family_(nullptr),
      place_(0),
      owner_(0),
      private_state_(std::move(state)),
      state_(private_state_.get()),
      takers_(nullptr),
      ring_(state_->ring),
      pile_(order == Order::kFirst ? nullptr : std::make_unique<Pile>(order)) {}

Channel::Channel(Offset place, FamilyProcesses::Holding* holding)
    : Resource(Kind::kChannel),
      scope_(Scope::kShared),
      family_(Family::Current()),
      place_(place),
      owner_(family_->OwnedByChannel(place)),
      state_(family_->At<State>(place)),
      takers_(state_->counts ? family_->At<Takers>(place + kTakers) : nullptr),
      ring_(state_->ring, Ring::Area(place + kFirstRing, kFirstRing), owner_),
      holding_(holding) {}

Channel::~Channel() {
  if (scope_ == Scope::kShared) {
    if (!family_->processes().Owns(holding_)) return;
    FamilyProcesses::Note(holding_, 0);
    ReleaseAt(*family_, place_);
    family_->processes().LetGo(holding_);
    return;
  }
  // The last holder: nobody else can be inside.
  for (uint64_t at = ring_.head(); at < ring_.tail();) {
    Head head = HeadAt(at);
    if (!(head.flags & kRevoked)) Discard(at, head);
    at += head.size;
  }
}

os::Result<uint64_t> Channel::SharedName() {
  return scope_ == Scope::kPrivate ? 0 : place_ | static_cast<uint64_t>(Kind::kChannel);
}

void Channel::RetainAt(Family& family, Offset place) {
  family.At<State>(place)->holders.fetch_add(1);
}

void Channel::ReleaseAt(Family& family, Offset place) {
  auto* state = family.At<State>(place);
  uint32_t releasing = kReleasing | family.processes().own();
  uint32_t holders = state->holders.load();
  while (!state->holders.compare_exchange_weak(holders, holders == 1 ? releasing : holders - 1)) {
  }
  if (holders == 1) Empty(family, place);
}

void Channel::ReleaseLeft(Family& family, uint32_t dead) {
  std::vector<Offset> left;
  family.ForEachUnit([&](Offset unit, uint32_t owner) {
    if (owner != family.OwnedByChannel(unit)) return;
    uint32_t releasing = kReleasing | dead;
    if (family.At<State>(unit)->holders.compare_exchange_strong(
            releasing, kReleasing | family.processes().own())) {
      left.push_back(unit);
    }
  });
  for (Offset place : left) Empty(family, place);
}

void Channel::Empty(Family& family, Offset place) {
  auto* state = family.At<State>(place);
  uint32_t owner = family.OwnedByChannel(place);
  Ring ring(state->ring, Ring::Area(place + kFirstRing, kFirstRing), owner);
  while (ring.head() < ring.tail()) {
    uint64_t at = ring.head();
    Head head;
    ring.CopyOut(at, &head, sizeof head);
    std::vector<uint64_t> names(head.attachment_count);
    ring.CopyOut(at + sizeof head, names.data(), names.size() * sizeof(uint64_t));
    // First, so that whoever goes on after our death lets go of nothing twice.
    state->ring.head.store(at + head.size);
    for (uint64_t name : names) ReleaseShared(name);
  }
  // The channel's own unit last: the next channel there has the same mark.
  family.FreeAll(owner, [&](Offset unit) { return unit == place; });
  family.Free(place, Family::kUnit);
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
  if (takers_ != nullptr) unfinished().Correct(takers_->Unfinished(count));
  FreeLost();
  // Nor is it known whom the dead one meant to wake.
  for (WaitWord* word : {&state_->readable, &state_->writable}) {
    word->value.fetch_or(kSleeper);
    if (WakesSleeper(*word)) Wake(*word, os::kEverybody, scope_);
  }
}

void Channel::FreeLost() {
  struct Range {
    Offset begin, end;
  };
  std::vector<Range> used{{place_, place_ + Family::kUnit}};
  for (uint64_t at = ring_.head(); at < ring_.tail();) {
    Head head = HeadAt(at);
    at += head.size;
    if (!(head.flags & kOutOfLine)) continue;
    used.push_back(
        {head.scalar, head.scalar + sizeof(Blob) + family_->At<Blob>(head.scalar)->size});
  }
  family_->FreeAll(owner_, [&](Offset unit) {
    return ring_.Covers(unit) || std::any_of(used.begin(), used.end(), [&](const Range& range) {
             return unit >= range.begin && unit < range.end;
           });
  });
}

}  // namespace heddle::core
