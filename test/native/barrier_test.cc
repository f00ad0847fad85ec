#include "core/barrier.h"

#include <algorithm>
#include <bit>

#include "waiter_support.h"

namespace heddle::test {
namespace {

using core::Barrier;
using core::BarrierCell;
using core::HolderId;
using core::Primitive;
using core::PrimitiveKind;

core::Ref<Primitive> Make(Scope scope, uint32_t parties) {
  auto cell = Primitive::Create(PrimitiveKind::kBarrier, scope).value();
  Barrier(cell->cell(), scope).Initialize(parties);
  return cell;
}

Outcome Wait(Primitive& cell, Waiting& self, Barrier::Arrival* arrival,
             int64_t deadline = os::kForever, bool opens = true) {
  return Barrier(cell.cell(), cell.scope())
      .Wait(self.cell(), self.holder, opens, deadline, self.parker, arrival);
}

uint32_t WordOf(Primitive& cell) { return cell.word().value.load(); }

}  // namespace

TEST_CASE("barrier: its words are where lib/threading reads them") {
  auto cell = Make(EachScope(), 3);
  Barrier barrier(cell->cell(), cell->scope());
  Waiting one(cell->scope());
  barrier.TryArrive(one.cell(), one.holder);
  CHECK(cell->cell().extra[4] == 1);  // Word 6: how many wait.
  CHECK(cell->cell().extra[5] == 3);  // Word 7: how many open it.
  barrier.Break();
  CHECK(WordOf(*cell) == BarrierCell::kBroken);
  CHECK(cell->cell().extra[4] == 0);
  CHECK(barrier.Leave(one.cell()) == Outcome::kBroken);
}

TEST_CASE("barrier: threads pass it in lockstep, each with a number of its own") {
  auto cell = Make(EachScope(), 4);
  const int rounds = Soak(1500);
  std::atomic<uint32_t> seen{0};
  std::atomic<int> opened{0};
  Together(4, [&](int number) {
    Waiting self(cell->scope());
    for (int i = 0; i < rounds; ++i) {
      Barrier::Arrival arrival;
      // Every other round with something to do before it is opened.
      bool opens = i % 2 == 0;
      REQUIRE(Wait(*cell, self, &arrival, os::kForever, opens) == Outcome::kDone);
      CHECK(arrival.is_last == (arrival.index == 3));
      seen.fetch_or(1u << arrival.index);
      if (!arrival.is_last) continue;
      if (!opens) {
        CHECK(opened == i);
        CHECK(Barrier(cell->cell(), cell->scope()).Open(self.holder, arrival.round));
      }
      ++opened;
      (void)number;
    }
  });
  CHECK(seen == 0xf);
  CHECK(opened == rounds);
  CHECK(Walk(*cell) == 0);
}

TEST_CASE("barrier: with time-outs, aborts and resets, whoever opens it has all with him") {
  // As many threads as parties: a round that is opened ends before the next one can be.
  constexpr uint32_t kParties = 4;
  auto cell = Make(EachScope(), kParties);
  Barrier barrier(cell->cell(), cell->scope());
  const uint32_t rounds = static_cast<uint32_t>(Soak(600));
  std::vector<std::atomic<uint32_t>> passed(rounds + kParties);
  std::atomic<uint32_t> round{0};
  std::atomic<uint32_t> broken{0};
  std::atomic<uint32_t> twice{0};
  Together(kParties, [&](int number) {
    Waiting self(cell->scope());
    Random random(static_cast<uint64_t>(number));
    while (round < rounds) {
      Barrier::Arrival arrival;
      bool hasty = random.Below(4) == 0;
      int64_t deadline = hasty ? os::MonotonicNanos() + random.Below(60'000) : os::kForever;
      Outcome outcome = Wait(*cell, self, &arrival, deadline, /*opens=*/false);
      uint32_t now = round;
      if (outcome == Outcome::kDone && arrival.is_last) {
        if (random.Below(8) == 0) barrier.Break();
        // Before the others can be through.
        ++round;
        if (!barrier.Open(self.holder, arrival.round)) {
          --round;
          outcome = Outcome::kBroken;
        }
      }
      if (outcome == Outcome::kDone) {
        // Whoever did not open it comes after the count.
        uint32_t mine = arrival.is_last ? now : round - 1;
        if (passed[mine].fetch_or(1u << arrival.index) & (1u << arrival.index)) ++twice;
        continue;
      }
      CHECK(outcome == Outcome::kBroken);
      ++broken;
      if (random.Below(2) == 0) barrier.Reset(self.holder);
      if (random.Below(32) == 0) barrier.Break();
    }
    barrier.Break();
  });
  barrier.Break();
  CHECK(twice == 0);
  CHECK(broken > 0);
  for (uint32_t i = 0; i < rounds; ++i) {
    CAPTURE(i);
    CHECK(passed[i] == (1u << kParties) - 1);
  }
  CHECK(Walk(*cell) == 0);
}

TEST_CASE(
    "barrier: who gives up or is interrupted breaks it for those who wait, and for nobody "
    "after a reset") {
  auto cell = Make(EachScope(), 3);
  Barrier barrier(cell->cell(), cell->scope());
  for (Outcome end : {Outcome::kTimedOut, Outcome::kInterrupted, Outcome::kStopping}) {
    CAPTURE(end);
    Waiting patient(cell->scope()), other(cell->scope());
    Threads threads;
    threads.Start([&] {
      Barrier::Arrival arrival;
      CHECK(Wait(*cell, patient, &arrival) == Outcome::kBroken);
    });
    AwaitThat([&] { return Walk(*cell) == 1; });
    if (end != Outcome::kTimedOut) other.parker.Interrupt(end);
    Barrier::Arrival arrival;
    CHECK(Wait(*cell, other, &arrival, After(1)) ==
          (end == Outcome::kTimedOut ? Outcome::kBroken : end));
    threads.Join();
    CHECK(WordOf(*cell) == BarrierCell::kBroken);
    other.parker.Interrupt(Outcome::kWait);
    CHECK(Wait(*cell, other, &arrival) == Outcome::kBroken);
    barrier.Reset(other.holder);
    CHECK(WordOf(*cell) == 0);
    CHECK(Walk(*cell) == 0);
  }
}

TEST_CASE("barrier: opening what was broken or reset since lets nobody through") {
  auto cell = Make(EachScope(), 2);
  Barrier barrier(cell->cell(), cell->scope());
  for (bool reset : {false, true}) {
    CAPTURE(reset);
    Waiting first(cell->scope()), last(cell->scope());
    barrier.TryArrive(first.cell(), first.holder);
    CHECK(barrier.TryArrive(last.cell(), last.holder).is_last);
    // Who comes meanwhile has to wait.
    CHECK(barrier.TryEnter().outcome == Outcome::kWait);
    reset ? barrier.Reset(first.holder) : barrier.Break();
    CHECK(barrier.TryEnter().outcome == Outcome::kDone);
    CHECK_FALSE(barrier.Open(last.holder, barrier.Round()));
    CHECK(barrier.Leave(first.cell()) == Outcome::kBroken);
    CHECK(WordOf(*cell) == (reset ? 0 : BarrierCell::kBroken));
    barrier.Reset(first.holder);
  }
}

TEST_CASE("barrier: who was to open a round that is over does not open another of its thread") {
  auto cell = Make(EachScope(), 1);
  Barrier barrier(cell->cell(), cell->scope());
  Waiting thread(cell->scope());
  Barrier::Arrival first = barrier.TryArrive(thread.cell(), thread.holder);
  barrier.Reset(thread.holder);
  Barrier::Arrival second = barrier.TryArrive(thread.cell(), thread.holder);
  CHECK_FALSE(barrier.Open(thread.holder, first.round));
  CHECK(barrier.Open(thread.holder, second.round));
}

TEST_CASE("barrier: who was sent away late does not break the next round") {
  auto cell = Make(EachScope(), 2);
  Barrier barrier(cell->cell(), cell->scope());
  Waiting slow(cell->scope()), next(cell->scope());
  barrier.TryArrive(slow.cell(), slow.holder);
  barrier.Break();
  barrier.Reset(next.holder);
  barrier.TryArrive(next.cell(), next.holder);
  CHECK(barrier.TryPass(slow.cell()).outcome == Outcome::kDone);
  CHECK(barrier.Leave(slow.cell()) == Outcome::kBroken);
  CHECK(WordOf(*cell) == 0);
  CHECK(barrier.TryPass(next.cell()).outcome == Outcome::kWait);
  CHECK(barrier.TryArrive(slow.cell(), slow.holder).is_last);
  CHECK(barrier.Open(slow.holder, barrier.Round()));
  CHECK(barrier.Leave(next.cell()) == Outcome::kDone);
}

TEST_CASE("barrier: if the thread that was to open it dies, it is broken for all") {
  auto cell = Make(EachScope(), 3);
  Barrier barrier(cell->cell(), cell->scope());
  for (bool resets : {false, true}) {
    CAPTURE(resets);
    HolderId dying = core::NewHolder();
    Waiting last(cell->scope());
    std::vector<TestParker*> parkers;
    Threads threads;
    auto start = [&] {
      parkers.push_back(&TestParker::Make());
      threads.Start([&, parker = parkers.back()] {
        Waiting self(cell->scope());
        Barrier::Arrival arrival;
        CHECK(barrier.Wait(self.cell(), self.holder, true, os::kForever, *parker, &arrival) ==
              Outcome::kBroken);
      });
    };
    start();
    start();
    AwaitThat([&] { return Walk(*cell) == 2; });
    CHECK(barrier.TryArrive(last.cell(), HolderIn(cell->scope(), dying)).is_last);
    start();  // Who sleeps before it.
    for (TestParker* parker : parkers) parker->AwaitLooks(TestParker::kLongSleep);
    core::MarkHolderDead(dying);
    for (TestParker* parker : parkers) parker->Poke();
    threads.Join();
    CHECK(WordOf(*cell) == BarrierCell::kBroken);
    CHECK_FALSE(barrier.Open(HolderIn(cell->scope(), dying), barrier.Round()));
    barrier.Reset(last.holder);
    CHECK(WordOf(*cell) == 0);
  }
}

// What a process leaves that is killed in the midst of it.

TEST_CASE("barrier: who is left over at a barrier that was being broken finds it so") {
  auto cell = Make(EachScope(), 3);
  Barrier barrier(cell->cell(), cell->scope());
  Waiting one(cell->scope()), two(cell->scope());
  barrier.TryArrive(one.cell(), one.holder);
  barrier.TryArrive(two.cell(), two.holder);
  cell->word().value.fetch_or(BarrierCell::kBroken);
  CHECK(barrier.TryPass(one.cell()).outcome == Outcome::kDone);
  CHECK(two.state().IsReady());
  CHECK(barrier.Leave(one.cell()) == Outcome::kBroken);
  CHECK(barrier.Leave(two.cell()) == Outcome::kBroken);
  CHECK(Walk(*cell) == 0);
}

TEST_CASE("barrier: broken while it was being opened, it lets nobody in until it is reset") {
  auto cell = Make(EachScope(), 1);
  Barrier barrier(cell->cell(), cell->scope());
  Waiting one(cell->scope());
  CHECK(barrier.TryArrive(one.cell(), one.holder).is_last);
  cell->word().value.fetch_or(BarrierCell::kBroken);
  CHECK_FALSE(barrier.Open(one.holder, barrier.Round()));
  CHECK(barrier.TryEnter().outcome == Outcome::kDone);
  CHECK(barrier.TryArrive(one.cell(), one.holder).attempt.outcome == Outcome::kBroken);
  barrier.Reset(one.holder);
  CHECK(barrier.TryArrive(one.cell(), one.holder).is_last);
  CHECK(barrier.Open(one.holder, barrier.Round()));
}

}  // namespace heddle::test
