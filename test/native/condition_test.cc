#include "core/condition.h"

#include "waiter_support.h"

namespace heddle::test {
namespace {

using core::Condition;
using core::HolderId;
using core::Lock;
using core::Primitive;
using core::PrimitiveKind;
using core::WaiterCell;

/// A lock and conditions over it.
struct Place {
  explicit Place(Scope scope)
      : scope(scope),
        lock_cell(Primitive::Create(PrimitiveKind::kLock, scope).value()),
        first(Primitive::Create(PrimitiveKind::kCondition, scope).value()),
        second(Primitive::Create(PrimitiveKind::kCondition, scope).value()) {}

  Lock lock() const { return Lock(lock_cell->cell(), scope); }
  Condition condition() const { return Condition(first->cell(), scope); }
  bool IsHeldBy(const Waiting& self) const {
    return (lock_cell->word().value & Lock::kHolder) == self.holder;
  }

  void Acquire(const Waiting& self) const {
    Lock lock = this->lock();
    BlockForever(lock.word(), scope,
                 [&](bool waited) { return lock.TryAcquire(self.holder, waited); });
  }
  Outcome Wait(Waiting& self, int64_t deadline = os::kForever) const {
    return condition().Wait(self.cell(), lock(), self.holder, deadline, self.parker);
  }
  /// The same without slices and time-outs: a lost wake-up hangs.
  void WaitForever(const Primitive& at, Waiting& self) const {
    Condition condition(at.cell(), scope);
    condition.Enter(self.cell(), self.holder);
    lock().Release();
    BlockForever(self.state().word, scope, [&](bool) { return self.state().TryWait(); });
    Acquire(self);
    CHECK(condition.Leave(self.cell()));
    condition.End(self.cell());
  }
  /// Until so many are in the line.
  void AwaitWaiters(int count) const {
    AwaitThat([&] { return Walk(*first) == count; });
  }

  const Scope scope;
  core::Ref<Primitive> lock_cell, first, second;
};

}  // namespace

TEST_CASE("condition: who waits is notified in the order in which they came") {
  Place place(EachScope());
  constexpr int kWaiters = 4;
  std::vector<int> order;  // Guarded by the lock.
  std::atomic<int> back{0};
  Threads threads;
  for (int i = 0; i < kWaiters; ++i) {
    threads.Start([&, i] {
      Waiting self(place.scope);
      place.Acquire(self);
      CHECK(place.Wait(self) == Outcome::kDone);
      CHECK(place.IsHeldBy(self));
      order.push_back(i);
      place.lock().Release();
      ++back;
    });
    place.AwaitWaiters(i + 1);
  }
  Waiting self(place.scope);
  for (int i = 0; i < kWaiters; ++i) {
    place.Acquire(self);
    place.condition().Notify(1);
    place.lock().Release();
    AwaitThat([&] { return back == i + 1; });
  }
  threads.Join();
  CHECK(order == std::vector<int>{0, 1, 2, 3});
}

TEST_CASE("condition: a wait whose time is over has the lock again, as often as before") {
  Place place(EachScope());
  Waiting self(place.scope);
  for (int64_t deadline : {int64_t{0}, int64_t{1}, After(1)}) {
    place.Acquire(self);
    place.lock().SetAgain(3);
    CHECK(place.Wait(self, deadline) == Outcome::kTimedOut);
    CHECK(place.IsHeldBy(self));
    CHECK(place.lock().Again() == 3);
    CHECK(Walk(*place.first) == 0);
    place.lock().SetAgain(0);
    place.lock().Release();
  }
}

TEST_CASE("condition: an interrupted wait has the lock again, a stopped one does without") {
  Place place(EachScope());
  for (Outcome end : {Outcome::kInterrupted, Outcome::kStopping}) {
    Waiting self(place.scope), other(place.scope);
    Threads threads;
    threads.Start([&] {
      place.Acquire(self);
      CHECK(place.Wait(self) == end);
      CHECK(place.IsHeldBy(self) == (end == Outcome::kInterrupted));
      if (end == Outcome::kInterrupted) place.lock().Release();
    });
    self.parker.AwaitLooks(TestParker::kLongSleep);
    self.parker.Interrupt(end);
    self.parker.Poke();
    // Of an interruption the parker tells once.
    AwaitThat([&] { return Walk(*place.first) == 0; });
    self.parker.Interrupt(Outcome::kWait);
    threads.Join();
    CHECK_FALSE(place.lock().IsHeld());
    CHECK(self.word() == WaiterCell::kWaiting);
  }
}

TEST_CASE("condition: who was notified and goes on with an error leaves it to the next") {
  Place place(EachScope());
  for (Outcome end : {Outcome::kInterrupted, Outcome::kStopping}) {
    CAPTURE(end);
    Waiting first(place.scope), next(place.scope);
    Condition condition = place.condition();
    place.Acquire(first);
    // Notified at the moment at which it falls asleep, and told to end.
    first.parker.OnLook([&](int look) {
      if (look != 1) return first.parker.Interrupt(Outcome::kWait);
      condition.Enter(next.cell(), next.holder);
      condition.Notify(1);
      first.parker.Interrupt(end);
    });
    CHECK(place.Wait(first) == end);
    CHECK(condition.Leave(next.cell()));
    condition.End(next.cell());
    if (end == Outcome::kInterrupted) place.lock().Release();
    CHECK_FALSE(place.lock().IsHeld());
  }
}

TEST_CASE("condition: a lock that is abandoned is told to all who wait, one after the other") {
  Place place(EachScope());
  constexpr int kWaiters = 3;
  std::atomic<int> told{0};
  Threads threads;
  for (int i = 0; i < kWaiters; ++i) {
    threads.Start([&] {
      Waiting self(place.scope);
      place.Acquire(self);
      CHECK(place.Wait(self) == Outcome::kAbandoned);
      CHECK_FALSE(place.IsHeldBy(self));
      ++told;
    });
    place.AwaitWaiters(i + 1);
  }
  HolderId dying = core::NewHolder();
  Lock lock = place.lock();
  BlockForever(lock.word(), place.scope,
               [&](bool waited) { return lock.TryAcquire(HolderIn(place.scope, dying), waited); });
  core::MarkHolderDead(dying);
  place.condition().Notify(1);
  threads.Join();
  CHECK(told == kWaiters);
  CHECK(lock.Recover());
  Waiting self(place.scope);
  place.Acquire(self);
  CHECK(place.Wait(self, 0) == Outcome::kTimedOut);
  CHECK(place.IsHeldBy(self));
}

TEST_CASE("condition: a wait that finds its lock abandoned is over, and its notification goes on") {
  Place place(EachScope());
  HolderId dying = core::NewHolder();
  Waiting self(place.scope);
  place.lock().TryAcquire(HolderIn(place.scope, dying), false);
  core::MarkHolderDead(dying);
  CHECK(place.lock().TryAcquire(self.holder, false).outcome == Outcome::kAbandoned);
  CHECK(place.Wait(self) == Outcome::kAbandoned);
  CHECK(Walk(*place.first) == 0);
  CHECK(self.state().list == 0);
}

TEST_CASE("condition: many produce and consume over one lock with two conditions") {
  Place place(EachScope());
  constexpr int kEach = 3;
  constexpr size_t kRoom = 2;
  const int rounds = Soak(1500);
  std::vector<int> buffer;  // Guarded by the lock, as what follows.
  int64_t put = 0, taken = 0;
  Together(2 * kEach, [&](int number) {
    Waiting self(place.scope);
    bool produces = number < kEach;
    const Primitive& mine = produces ? *place.first : *place.second;
    const Primitive& others = produces ? *place.second : *place.first;
    for (int i = 0; i < rounds; ++i) {
      place.Acquire(self);
      while (produces ? buffer.size() == kRoom : buffer.empty()) place.WaitForever(mine, self);
      if (produces) {
        buffer.push_back(i);
        put += i;
      } else {
        taken += buffer.back();
        buffer.pop_back();
      }
      Condition(others.cell(), place.scope).Notify(1);
      place.lock().Release();
    }
  });
  CHECK(buffer.empty());
  CHECK(put == taken);
  CHECK(Walk(*place.first) == 0);
  CHECK(Walk(*place.second) == 0);
}

TEST_CASE("condition: waiters that give up or fail take no notification with them") {
  // One item, one notification. Some wait for ever, without slices; others give up at random, and
  // what they were notified of reaches those.
  Place place(EachScope());
  constexpr int kPatient = 2, kHasty = 3;
  const int items = Soak(1500);
  int there = 0, taken = 0;  // Guarded by the lock.
  bool over = false;
  Together(kPatient + kHasty + 1, [&](int number) {
    Waiting self(place.scope);
    Random random(static_cast<uint64_t>(number));
    if (number == 0) {
      for (int i = 0; i < items; ++i) {
        place.Acquire(self);
        ++there;
        place.condition().Notify(1);
        place.lock().Release();
        // Until it is taken: whoever waits hangs if its notification is lost.
        AwaitThat([&] {
          place.Acquire(self);
          bool gone = there == 0;
          place.lock().Release();
          return gone;
        });
      }
      place.Acquire(self);
      over = true;
      place.condition().Notify(UINT32_MAX);
      place.lock().Release();
      return;
    }
    place.Acquire(self);
    while (!over) {
      if (there > 0) {
        --there;
        ++taken;
      } else if (number <= kPatient) {
        place.WaitForever(*place.first, self);
      } else {
        Outcome end = random.Below(3) == 0 ? Outcome::kStopping : Outcome::kWait;
        self.parker.Interrupt(end);
        int64_t deadline = os::MonotonicNanos() + random.Below(60'000);
        Outcome outcome = place.Wait(self, deadline);
        self.parker.Interrupt(Outcome::kWait);
        if (outcome == Outcome::kStopping) place.Acquire(self);
        CHECK(place.IsHeldBy(self));
      }
      if (random.Below(4) == 0) {
        place.lock().Release();
        std::this_thread::yield();
        place.Acquire(self);
      }
    }
    place.lock().Release();
  });
  CHECK(taken == items);
  CHECK(Walk(*place.first) == 0);
}

}  // namespace heddle::test
