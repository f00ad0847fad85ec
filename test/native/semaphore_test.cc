#include "core/semaphore.h"

#include "core/block.h"
#include "core/primitive.h"
#include "support.h"

namespace heddle::test {
namespace {

using core::Primitive;
using core::Semaphore;

core::Ref<Primitive> Make(Scope scope, uint32_t value) {
  auto cell = Primitive::Create(core::PrimitiveKind::kSemaphore, scope).value();
  Semaphore(cell->cell(), scope).Initialize(value);
  return cell;
}

Outcome AcquireForever(Primitive& cell) {
  Semaphore semaphore(cell.cell(), cell.scope());
  return BlockForever(cell.word(), cell.scope(),
                      [&](bool waited) { return semaphore.TryAcquire(waited); });
}

}  // namespace

TEST_CASE("semaphore: counts down to zero and no further") {
  auto cell = Make(EachScope(), 2);
  Semaphore semaphore(cell->cell(), cell->scope());
  CHECK(semaphore.TryAcquire(false).outcome == Outcome::kDone);
  CHECK(semaphore.TryAcquire(false).outcome == Outcome::kDone);
  Attempt attempt = semaphore.TryAcquire(false);
  CHECK(attempt.outcome == Outcome::kWait);
  CHECK(attempt.sleep_on == Semaphore::kWaiters);
  CHECK(semaphore.Value() == 0);
}

TEST_CASE("semaphore: a release past the limit changes nothing") {
  auto cell = Make(EachScope(), 2);
  Semaphore semaphore(cell->cell(), cell->scope());
  CHECK_FALSE(semaphore.Release(1, 2));
  CHECK_FALSE(semaphore.Release(2, 3));
  CHECK(semaphore.Value() == 2);
  CHECK(semaphore.Release(1, 3));
  CHECK(semaphore.Value() == 3);
  CHECK_FALSE(semaphore.Release(1, 2));  // Above the limit already.
  CHECK(semaphore.Release(Semaphore::kMaxValue - 3, Semaphore::kMaxValue));
  CHECK_FALSE(semaphore.Release(1, Semaphore::kMaxValue));
  CHECK(semaphore.Value() == Semaphore::kMaxValue);
}

TEST_CASE("semaphore: single releases in a row wake as many sleepers") {
  // The second release finds no mark, because the first took it: the first sleeper hands on.
  auto cell = Make(EachScope(), 0);
  Semaphore semaphore(cell->cell(), cell->scope());
  constexpr int kSleepers = 5;
  for (int round = 0; round < Soak(100); ++round) {
    std::atomic<int> marked{0};
    Threads threads;
    for (int i = 0; i < kSleepers; ++i) {
      threads.Start([&] {
        BlockForever(cell->word(), cell->scope(), [&](bool waited) {
          Attempt attempt = semaphore.TryAcquire(waited);
          if (!waited) ++marked;
          return attempt;
        });
      });
    }
    AwaitThat([&] { return marked == kSleepers; });
    for (int i = 0; i < kSleepers; ++i) semaphore.Release(1, Semaphore::kMaxValue);
    threads.Join();
    REQUIRE(semaphore.Value() == 0);
  }
}

TEST_CASE("semaphore: one release of many wakes as many") {
  auto cell = Make(EachScope(), 0);
  Semaphore semaphore(cell->cell(), cell->scope());
  for (int round = 0; round < Soak(60); ++round) {
    Threads threads;
    for (int i = 0; i < 5; ++i) threads.Start([&] { AcquireForever(*cell); });
    AwaitThat([&] { return (cell->word().value & Semaphore::kWaiters) != 0; });
    semaphore.Release(2, 10);
    semaphore.Release(3, 10);
    threads.Join();
    REQUIRE(semaphore.Value() == 0);
  }
}

TEST_CASE("semaphore: never more inside than its value, and nobody is forgotten") {
  constexpr int kPermits = 2;
  auto cell = Make(EachScope(), kPermits);
  Semaphore semaphore(cell->cell(), cell->scope());
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  Together(6, [&](int number) {
    Random random(static_cast<uint64_t>(number));
    for (int i = 0; i < Soak(2000); ++i) {
      AcquireForever(*cell);
      int now = ++inside;
      if (now > most) most = now;
      if (random.Below(16) == 0) std::this_thread::yield();
      --inside;
      semaphore.Release(1, kPermits);
    }
  });
  CHECK(most <= kPermits);
  CHECK(semaphore.Value() == kPermits);
}

TEST_CASE("semaphore: waiters that give up take no permit and no wake-up with them") {
  auto cell = Make(EachScope(), 1);
  Semaphore semaphore(cell->cell(), cell->scope());
  // Short rounds: at the end of each nobody is left who could hide a lost wake-up.
  for (int round = 0; round < Soak(25); ++round) {
    Together(4, [&](int number) {
      TestParker& parker = TestParker::Make();
      Random random(static_cast<uint64_t>(round * 4 + number));
      for (int i = 0; i < 40; ++i) {
        Outcome outcome = Outcome::kDone;
        if (number % 2 == 0) {
          AcquireForever(*cell);
        } else {
          parker.Interrupt(random.Below(4) == 0 ? Outcome::kStopping : Outcome::kWait);
          int64_t deadline = os::MonotonicNanos() + 1 + random.Below(100'000);
          outcome = core::Block(cell->word(), cell->scope(), deadline, parker,
                                [&](bool waited) { return semaphore.TryAcquire(waited); });
        }
        if (outcome != Outcome::kDone) continue;
        if (random.Below(16) == 0) std::this_thread::yield();
        semaphore.Release(1, 1);
      }
    });
    REQUIRE(semaphore.Value() == 1);
  }
}

}  // namespace heddle::test
