#include "core/event.h"

#include <barrier>

#include "core/block.h"
#include "core/primitive.h"
#include "support.h"

namespace heddle::test {
namespace {

using core::Event;
using core::Primitive;

core::Ref<Primitive> Make(Scope scope) {
  return Primitive::Create(core::PrimitiveKind::kEvent, scope).value();
}

Outcome WaitForever(Primitive& cell, uint32_t epoch) {
  Event event(cell.cell(), cell.scope());
  return BlockForever(cell.word(), cell.scope(), [&](bool) { return event.TryWait(epoch); });
}

}  // namespace

TEST_CASE("event: is clear at first, set, and clear again") {
  auto cell = Make(EachScope());
  Event event(cell->cell(), cell->scope());
  CHECK_FALSE(event.IsSet());
  CHECK(event.TryWait(event.Epoch()).outcome == Outcome::kWait);
  event.Set();
  event.Set();
  CHECK(event.IsSet());
  CHECK(event.TryWait(event.Epoch()).outcome == Outcome::kDone);
  event.Clear();
  CHECK_FALSE(event.IsSet());
  CHECK(event.TryWait(event.Epoch()).outcome == Outcome::kWait);
}

TEST_CASE("event: a waiter sees that it was set even where it is clear again") {
  auto cell = Make(EachScope());
  Event event(cell->cell(), cell->scope());
  uint32_t epoch = event.Epoch();
  event.Set();
  event.Clear();
  CHECK(event.TryWait(epoch).outcome == Outcome::kDone);
}

TEST_CASE("event: setting wakes everybody, round after round") {
  auto cell = Make(EachScope());
  Event event(cell->cell(), cell->scope());
  constexpr int kWaiters = 5;
  const int rounds = Soak(200);
  std::barrier line(kWaiters + 1);
  Threads threads;
  for (int i = 0; i < kWaiters; ++i) {
    threads.Start([&] {
      for (int round = 0; round < rounds; ++round) {
        uint32_t epoch = event.Epoch();
        line.arrive_and_wait();
        WaitForever(*cell, epoch);
        line.arrive_and_wait();
      }
    });
  }
  for (int round = 0; round < rounds; ++round) {
    line.arrive_and_wait();
    if (round % 2 == 0) std::this_thread::yield();
    event.Set();
    event.Clear();  // At once: nobody may depend on seeing the flag.
    line.arrive_and_wait();
  }
}

TEST_CASE("event: two threads set it for each other") {
  Scope scope = EachScope();
  auto ping = Make(scope);
  auto pong = Make(scope);
  const int rounds = Soak(1500);
  Threads threads;
  auto play = [rounds](Primitive& mine, Primitive& other) {
    for (int i = 0; i < rounds; ++i) {
      Event event(mine.cell(), mine.scope());
      WaitForever(mine, event.Epoch());
      event.Clear();
      Event(other.cell(), other.scope()).Set();
    }
  };
  threads.Start([&] { play(*ping, *pong); });
  threads.Start([&] { play(*pong, *ping); });
  Event(ping->cell(), scope).Set();
  threads.Join();
  CHECK(Event(ping->cell(), scope).IsSet());
}

TEST_CASE("event: a wait ends at its deadline") {
  auto cell = Make(EachScope());
  Event event(cell->cell(), cell->scope());
  for (int64_t milliseconds : {1, 20, 300}) {
    int64_t deadline = After(milliseconds);
    Outcome outcome = core::Block(cell->word(), cell->scope(), deadline, TestParker::Make(),
                                  [&](bool) { return event.TryWait(event.Epoch()); });
    CHECK(outcome == Outcome::kTimedOut);
    CHECK(os::MonotonicNanos() >= deadline);
  }
}

}  // namespace heddle::test
