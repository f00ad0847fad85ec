#include "core/tally.h"

#include "core/block.h"
#include "core/primitive.h"
#include "support.h"

namespace heddle::test {
namespace {

using core::Tally;

core::Ref<core::Primitive> MakeCell(Scope scope) {
  return core::Primitive::Create(core::PrimitiveKind::kSemaphore, scope).value();
}

}  // namespace

TEST_CASE("tally: counts up and down, and not below zero") {
  auto cell = MakeCell(EachScope());
  Tally tally(cell->word(), cell->scope());
  CHECK_FALSE(tally.Done(1));
  CHECK(tally.Add());
  CHECK(tally.Add());
  CHECK(tally.Count() == 2);
  CHECK_FALSE(tally.Done(3));
  CHECK(tally.Count() == 2);
  CHECK(tally.Done(1));
  CHECK(tally.Done(1));
  CHECK_FALSE(tally.Done(1));
  CHECK(tally.Count() == 0);
}

TEST_CASE("tally: has a most") {
  auto cell = MakeCell(EachScope());
  Tally tally(cell->word(), cell->scope());
  cell->word().value.store(Tally::kMost | Tally::kWaiters);
  CHECK_FALSE(tally.Add());
  CHECK(tally.Done(1));
  CHECK(tally.Add());
  CHECK(cell->word().value.load() == (Tally::kMost | Tally::kWaiters));
}

TEST_CASE("tally: zero is done at once, and a mark goes with the last") {
  auto cell = MakeCell(EachScope());
  Tally tally(cell->word(), cell->scope());
  CHECK(tally.TryZero().outcome == Outcome::kDone);
  tally.Add();
  Attempt attempt = tally.TryZero();
  CHECK(attempt.outcome == Outcome::kWait);
  CHECK(attempt.sleep_on == (1 | Tally::kWaiters));
  tally.Add();
  CHECK(cell->word().value.load() == (2 | Tally::kWaiters));
  CHECK(tally.Done(2));
  CHECK(cell->word().value.load() == 0);
  CHECK(tally.TryZero().outcome == Outcome::kDone);
}

TEST_CASE("tally: zero wakes everybody") {
  auto cell = MakeCell(EachScope());
  Tally tally(cell->word(), cell->scope());
  for (int round = 0; round < Soak(100); ++round) {
    for (int i = 0; i < 3; ++i) tally.Add();
    Threads threads;
    for (int i = 0; i < 4; ++i) {
      threads.Start([&] {
        BlockForever(cell->word(), cell->scope(), [&](bool) { return tally.TryZero(); });
      });
    }
    AwaitThat([&] { return (cell->word().value & Tally::kWaiters) != 0; });
    for (int i = 0; i < 3; ++i) tally.Done(1);
    threads.Join();
    REQUIRE(tally.Count() == 0);
  }
}

TEST_CASE("tally: nobody who waits is forgotten while others count") {
  auto cell = MakeCell(EachScope());
  Tally tally(cell->word(), cell->scope());
  std::atomic<int> counting{4};
  Together(6, [&](int number) {
    if (number < 4) {
      Random random(static_cast<uint64_t>(number));
      for (int i = 0; i < Soak(3000); ++i) {
        tally.Add();
        if (random.Below(16) == 0) std::this_thread::yield();
        tally.Done(1);
      }
      --counting;
      return;
    }
    while (counting != 0) {
      BlockForever(cell->word(), cell->scope(), [&](bool) { return tally.TryZero(); });
    }
  });
  CHECK(tally.Count() == 0);
}

}  // namespace heddle::test
