// Conditions and barriers between real processes, some of which are killed.
#include <unistd.h>

#include "core/barrier.h"
#include "core/condition.h"
#include "family_support.h"
#include "waiter_support.h"

namespace heddle::test {
namespace {

using core::Barrier;
using core::Condition;
using core::Lock;
using core::Primitive;
using core::PrimitiveKind;
using core::Ref;

Ref<Primitive> Make(PrimitiveKind kind) { return Primitive::Create(kind, Scope::kShared).value(); }
uint64_t NameOf(const Ref<Primitive>& cell) { return cell->SharedName().value(); }

/// A condition and its lock, of which anybody may die.
struct Place {
  Place(Ref<Primitive> cell, Ref<Primitive> lock_cell)
      : cell(std::move(cell)), lock_cell(std::move(lock_cell)) {}

  Lock lock() const { return Lock(lock_cell->cell(), Scope::kShared); }
  Condition condition() const { return Condition(cell->cell(), Scope::kShared); }

  void Acquire(const Waiting& self) const {
    Lock lock = this->lock();
    for (;;) {
      Outcome outcome =
          core::Block(lock.word(), Scope::kShared, os::kForever, self.parker,
                      [&](bool waited) { return lock.TryAcquire(self.holder, waited); });
      if (outcome == Outcome::kDone) return;
      lock.Recover();
    }
  }
  /// It has the lock at the end, whatever became of it.
  Outcome Wait(Waiting& self, int64_t deadline) const {
    Outcome outcome = condition().Wait(self.cell(), lock(), self.holder, deadline, self.parker);
    if (outcome == Outcome::kAbandoned) Acquire(self);
    return outcome;
  }
  void Notify(const Waiting& self, uint32_t count) const {
    Acquire(self);
    condition().Notify(count);
    lock().Release();
  }

  const Ref<Primitive> cell, lock_cell;
};

struct Turns {
  std::atomic<uint64_t> count;
  std::atomic<int> over;
};

}  // namespace

TEST_CASE("processes: who is notified and killed before it has the lock leaves that to the next" *
          doctest::skip(kNoRoles)) {
  Place place(Make(PrimitiveKind::kCondition), Make(PrimitiveKind::kLock));
  Waiting self(Scope::kShared), next(Scope::kShared);
  Child child = StartRole("waits_once", {NameOf(place.cell), NameOf(place.lock_cell)});
  AwaitThat([&] { return Walk(*place.cell) == 1; });
  place.Acquire(self);
  Condition condition = place.condition();
  condition.Enter(next.cell(), next.holder);
  condition.Notify(1);
  // It is awake, and sleeps at the lock.
  AwaitThat([&] { return (place.lock_cell->word().value & Lock::kWaiters) != 0; });
  CHECK(next.word() == core::WaiterCell::kWaiting);
  Kill(child);
  CHECK(next.word() == core::WaiterCell::kReleased);
  CHECK(condition.Leave(next.cell()));
  condition.End(next.cell());
  CHECK(Walk(*place.cell) == 0);
}

ROLE(waits_once) {
  Place place(AttachTo<Primitive>(numbers[0]), AttachTo<Primitive>(numbers[1]));
  Waiting self(Scope::kShared);
  place.Acquire(self);
  place.Wait(self, os::kForever);
  return 0;
}

TEST_CASE("processes: kill -9 of those who wait and notify leaves a line that goes on" *
          doctest::skip(kNoRoles)) {
  Census before = TakeCensus();
  const int rounds = Soak(300);
  constexpr int kVictims = 2;
  uint64_t turns_taken = 0;
  {
    Place place(Make(PrimitiveKind::kCondition), Make(PrimitiveKind::kLock));
    InFamily<Turns> turns;
    Numbers numbers{NameOf(place.cell), NameOf(place.lock_cell), turns.offset, 0};
    Child survivor = StartRole("waits_and_notifies", numbers);
    Waiting self(Scope::kShared);
    Random random(3);
    for (int round = 0; round < rounds; ++round) {
      CAPTURE(round);
      std::atomic<int> alive{kVictims};
      // The watching thread of heddle, which hears of an end at once.
      Threads watchers;
      for (int i = 0; i < kVictims; ++i) {
        numbers[3] = 1 + random.Below(1'500'000);
        watchers.Start([&, victim = StartRole("waits_and_notifies", numbers)] {
          Await(victim);
          --alive;
        });
      }
      while (alive > 0) {
        place.Notify(self, 1 + random.Below(2));
        if (random.Below(4) != 0) continue;
        place.Acquire(self);
        place.Wait(self, os::MonotonicNanos() + random.Below(200'000));
        place.lock().Release();
      }
      watchers.Join();
      // Only the survivor is left: it is in the line again and again, and every notification its.
      uint64_t seen = turns.value->count;
      for (int i = 0; i < 3; ++i) {
        AwaitThat([&] {
          int there = Walk(*place.cell);
          if (there < 0 || there > 1) return true;
          return there == 1 || turns.value->count != seen;
        });
        int there = Walk(*place.cell);
        REQUIRE(there >= 0);
        REQUIRE(there <= 1);
        seen = turns.value->count;
        place.Notify(self, 1);
        if (there == 1) AwaitThat([&] { return turns.value->count != seen; });
      }
    }
    turns.value->over = 1;
    AwaitThat([&] {
      place.Notify(self, UINT32_MAX);
      return HasEnded(survivor);
    });
    turns_taken = turns.value->count;
    CHECK(Walk(*place.cell) == 0);
    CHECK(core::WaiterList(place.cell->cell(), Scope::kShared).count() == 0);
  }
  Census after = TakeCensus();
  int kills = rounds * kVictims;
  MESSAGE(kills << " kills, " << turns_taken
                << " turns of the survivor, left: " << after.units - before.units << " units, "
                << after.cells - before.cells << " cells");
  // As in process_test.cc.
  CHECK(after.cells - before.cells <= kills / 20 + 2);
  CHECK(after.units - before.units <= kills / 20 + 2);
}

ROLE(waits_and_notifies) {
  Place place(AttachTo<Primitive>(numbers[0]), AttachTo<Primitive>(numbers[1]));
  auto& turns = FamilyValue<Turns>(numbers[2]);
  Waiting self(Scope::kShared);
  if (numbers[3] == 0) {
    place.Acquire(self);
    while (turns.over == 0) {
      INSIST(place.Wait(self, os::kForever) != Outcome::kTimedOut);
      ++turns.count;
    }
    place.lock().Release();
    return 0;
  }
  Random random(numbers[3]);
  DieAfter(static_cast<int64_t>(numbers[3]));
  for (;;) {
    place.Acquire(self);
    bool forever = random.Below(3) == 0;
    place.Wait(self, forever ? os::kForever : os::MonotonicNanos() + random.Below(30'000));
    place.condition().Notify(1 + random.Below(3));
    place.lock().Release();
    // As one that waited and is through.
    if (random.Below(4) == 0) self.Renew();
  }
}

TEST_CASE("processes: kill -9 of those who pass a barrier breaks it, and hangs nobody" *
          doctest::skip(kNoRoles)) {
  Census before = TakeCensus();
  const int kills = Soak(500);
  uint64_t passed = 0;
  int broken = 0;
  {
    auto cell = Make(PrimitiveKind::kBarrier);
    Barrier barrier(cell->cell(), Scope::kShared);
    barrier.Initialize(3);
    InFamily<Turns> turns;
    Numbers numbers{NameOf(cell), turns.offset, 0};
    Child survivor = StartRole("passes_a_barrier", numbers);
    Waiting self(Scope::kShared);
    Random random(9);
    Barrier::Arrival arrival;
    auto wait = [&] {
      return barrier.Wait(self.cell(), self.holder, true, os::kForever, self.parker, &arrival);
    };
    for (int i = 0; i < kills; ++i) {
      CAPTURE(i);
      numbers[2] = 1 + random.Below(1'500'000);
      Child victim = StartRole("passes_a_barrier", numbers);
      std::atomic<bool> ended{false};
      Threads watcher;
      watcher.Start([&] {
        Await(victim);
        ended = true;
        // It may have died while it was elsewhere.
        barrier.Break();
      });
      while (!ended) {
        Outcome outcome = wait();
        passed += outcome == Outcome::kDone;
        if (outcome == Outcome::kDone) continue;
        REQUIRE(outcome == Outcome::kBroken);
        ++broken;
        barrier.Reset(self.holder);
      }
      watcher.Join();
      barrier.Reset(self.holder);
      int there = Walk(*cell);
      REQUIRE(there >= 0);
      REQUIRE(there <= 1);
    }
    // A third one that lives: from some round on all is as it was.
    numbers[2] = 0;
    Child third = StartRole("passes_a_barrier", numbers);
    for (int i = 0; i < 50; ++i) REQUIRE(wait() == Outcome::kDone);
    turns.value->over = 1;
    barrier.Break();
    CHECK(Await(survivor) == 0);
    CHECK(Await(third) == 0);
    CHECK(Walk(*cell) == 0);
    CHECK(core::WaiterList(cell->cell(), Scope::kShared).count() == 0);
  }
  Census after = TakeCensus();
  MESSAGE(kills << " kills, " << passed << " passed, " << broken
                << " broken, left: " << after.cells - before.cells << " cells");
  CHECK(after.cells - before.cells <= kills / 20 + 2);
  CHECK(passed > 0);
  CHECK(broken > 0);
}

ROLE(passes_a_barrier) {
  auto cell = AttachTo<Primitive>(numbers[0]);
  auto& turns = FamilyValue<Turns>(numbers[1]);
  Barrier barrier(cell->cell(), Scope::kShared);
  Waiting self(Scope::kShared);
  Random random(numbers[2]);
  bool dies = numbers[2] != 0;
  if (dies) DieAfter(static_cast<int64_t>(numbers[2]));
  while (turns.over == 0) {
    Barrier::Arrival arrival;
    int64_t deadline =
        dies && random.Below(4) == 0 ? os::MonotonicNanos() + random.Below(50'000) : os::kForever;
    bool opens = !dies || random.Below(2) == 0;
    Outcome outcome =
        barrier.Wait(self.cell(), self.holder, opens, deadline, self.parker, &arrival);
    if (outcome == Outcome::kDone && arrival.is_last && !opens)
      barrier.Open(self.holder, arrival.round);
    if (outcome == Outcome::kDone) continue;
    INSIST(outcome == Outcome::kBroken);
    if (dies && random.Below(2) == 0) barrier.Reset(self.holder);
    if (dies && random.Below(4) == 0) barrier.Break();
    if (!dies) usleep(20);
  }
  return 0;
}

}  // namespace heddle::test
