#include "core/lock.h"

#include "core/block.h"
#include "core/primitive.h"
#include "support.h"

namespace heddle::test {
namespace {

using core::HolderId;
using core::Lock;
using core::Primitive;
using core::PrimitiveKind;
using Released = core::Lock::Released;

core::Ref<Primitive> Make(Scope scope) {
  return Primitive::Create(PrimitiveKind::kLock, scope).value();
}

Outcome AcquireForever(Primitive& cell, HolderId holder) {
  Lock lock(cell.cell(), cell.scope());
  return BlockForever(cell.word(), cell.scope(),
                      [&](bool waited) { return lock.TryAcquire(holder, waited); });
}

Outcome Acquire(Primitive& cell, HolderId holder, int64_t deadline, TestParker& parker) {
  Lock lock(cell.cell(), cell.scope());
  return core::Block(cell.word(), cell.scope(), deadline, parker,
                     [&](bool waited) { return lock.TryAcquire(holder, waited); });
}

}  // namespace

TEST_CASE("lock: the word is the holder, and zero when free, as lib/_thread counts on") {
  auto cell = Make(EachScope());
  Lock lock(cell->cell(), cell->scope());
  CHECK(cell->word().value == 0);
  CHECK(lock.TryAcquire(7, false).outcome == Outcome::kDone);
  CHECK(cell->word().value == 7);
  CHECK(lock.IsHeld());
  CHECK(lock.Release() == Released::kReleased);
  CHECK(cell->word().value == 0);
  CHECK_FALSE(lock.IsHeld());
}

TEST_CASE("lock: releasing a free lock says so") {
  auto cell = Make(EachScope());
  CHECK(Lock(cell->cell(), cell->scope()).Release() == Released::kNotHeld);
}

TEST_CASE("lock: an attempt at a held lock marks it for the release") {
  auto cell = Make(EachScope());
  Lock lock(cell->cell(), cell->scope());
  lock.TryAcquire(7, false);
  Attempt attempt = lock.TryAcquire(8, false);
  CHECK(attempt.outcome == Outcome::kWait);
  CHECK(attempt.sleep_on == (7 | Lock::kWaiters));
  CHECK(cell->word().value == attempt.sleep_on);
  CHECK(lock.TryAcquire(7, false).outcome == Outcome::kWait);  // Not even its holder gets it.
}

TEST_CASE("lock: a thread that does not hold it may release it") {
  auto cell = Make(EachScope());
  Lock lock(cell->cell(), cell->scope());
  lock.TryAcquire(core::NewHolder(), false);
  Threads threads;
  threads.Start([&] { AcquireForever(*cell, core::NewHolder()); });
  AwaitThat([&] { return (cell->word().value & Lock::kWaiters) != 0; });
  CHECK(lock.Release() == Released::kReleased);
}

TEST_CASE("lock: one thread at a time, and every sleeper gets its turn") {
  auto cell = Make(EachScope());
  Lock lock(cell->cell(), cell->scope());
  constexpr int kThreads = 6;
  const int rounds = Soak(4000);
  int64_t counter = 0;  // Plain: the thread sanitizer and lost updates both tell.
  Together(kThreads, [&](int number) {
    HolderId holder = core::NewHolder();
    for (int i = 0; i < rounds; ++i) {
      // Every other thread by the fast path of lib/_thread where it can.
      uint32_t seen = 0;
      if (number % 2 != 0 || !cell->word().value.compare_exchange_strong(seen, holder)) {
        AcquireForever(*cell, holder);
      }
      ++counter;
      // Some hold it while others queue up.
      if (i % 64 == 0) std::this_thread::yield();
      seen = holder;
      if (number % 2 != 0 || !cell->word().value.compare_exchange_strong(seen, 0)) lock.Release();
    }
  });
  CHECK(counter == int64_t{kThreads} * rounds);
  CHECK_FALSE(lock.IsHeld());
}

TEST_CASE("lock: waiters that give up take no wake-up with them") {
  auto cell = Make(EachScope());
  Lock lock(cell->cell(), cell->scope());
  // Short rounds: at the end of each nobody is left who could hide a lost wake-up.
  for (int round = 0; round < Soak(25); ++round) {
    Together(4, [&](int number) {
      TestParker& parker = TestParker::Make();
      HolderId holder = core::NewHolder();
      Random random(static_cast<uint64_t>(round * 4 + number));
      for (int i = 0; i < 40; ++i) {
        Outcome outcome = Outcome::kDone;
        if (number % 2 == 0) {
          AcquireForever(*cell, holder);
        } else {
          parker.Interrupt(random.Below(4) == 0 ? Outcome::kStopping : Outcome::kWait);
          outcome =
              Acquire(*cell, holder, os::MonotonicNanos() + 1 + random.Below(100'000), parker);
        }
        if (outcome != Outcome::kDone) continue;
        if (random.Below(16) == 0) std::this_thread::yield();
        lock.Release();
      }
    });
    REQUIRE_FALSE(lock.IsHeld());
  }
}

TEST_CASE("lock: with no time to wait it fails at once") {
  auto cell = Make(EachScope());
  TestParker& parker = TestParker::Make();
  CHECK(Acquire(*cell, 1, 0, parker) == Outcome::kDone);
  CHECK(Acquire(*cell, 1, 0, parker) == Outcome::kTimedOut);
  CHECK(parker.looks() == 0);  // No sleep, so no need to look for an interruption.
  CHECK(Acquire(*cell, 1, 1, parker) == Outcome::kTimedOut);
}

TEST_CASE("lock: abandoned when its holder is dead, for who sleeps and for who comes later") {
  auto cell = Make(EachScope());
  Lock lock(cell->cell(), cell->scope());
  HolderId dead = core::NewHolder();
  lock.TryAcquire(HolderIn(cell->scope(), dead), false);

  constexpr int kSleepers = 4;
  std::vector<Outcome> outcomes(kSleepers, Outcome::kWait);
  std::vector<TestParker*> parkers;
  Threads threads;
  for (int i = 0; i < kSleepers; ++i) {
    parkers.push_back(&TestParker::Make());
    threads.Start([&, i, parker = parkers.back()] {
      outcomes[i] = Acquire(*cell, core::NewHolder(), os::kForever, *parker);
    });
  }
  for (TestParker* parker : parkers) parker->AwaitLooks(TestParker::kLongSleep);
  core::MarkHolderDead(dead);
  // One is made to look; it finds the holder dead and tells the others.
  parkers[0]->Poke();
  threads.Join();
  for (Outcome outcome : outcomes) CHECK(outcome == Outcome::kAbandoned);
  CHECK(lock.TryAcquire(core::NewHolder(), false).outcome == Outcome::kAbandoned);
  CHECK(lock.Release() == Released::kAbandoned);
}

TEST_CASE("lock: recover makes an abandoned lock free, and no other") {
  Scope scope = EachScope();
  for (bool noticed : {false, true}) {
    CAPTURE(noticed);
    auto cell = Make(scope);
    Lock lock(cell->cell(), cell->scope());
    CHECK_FALSE(lock.Recover());
    HolderId holder = core::NewHolder();
    lock.TryAcquire(HolderIn(scope, holder), false);
    CHECK_FALSE(lock.Recover());
    CHECK(lock.IsHeld());

    core::MarkHolderDead(holder);
    if (noticed) {
      CHECK(lock.TryAcquire(core::NewHolder(), false).outcome == Outcome::kAbandoned);
    }
    CHECK(lock.Recover());
    CHECK_FALSE(lock.IsHeld());
    CHECK_FALSE(lock.Recover());
    CHECK(lock.TryAcquire(core::NewHolder(), false).outcome == Outcome::kDone);
  }
}

TEST_CASE("holders: numbers are new and fit the word of a lock") {
  HolderId first = core::NewHolder();
  HolderId second = core::NewHolder();
  CHECK(first != second);
  CHECK((second & ~Lock::kHolder) == 0);
  CHECK_FALSE(core::IsHolderDead(second));
  core::MarkHolderDead(second);
  CHECK(core::IsHolderDead(second));
  CHECK_FALSE(core::IsHolderDead(first));
}

}  // namespace heddle::test
