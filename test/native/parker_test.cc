#include "core/parker.h"

#include "core/block.h"
#include "core/family.h"
#include "core/line.h"
#include "support.h"

namespace heddle::test {
namespace {

/// Blocks on a word that never changes.
Outcome BlockOn(WaitWord& word, Scope scope, int64_t deadline, TestParker& parker) {
  return core::Block(word, scope, deadline, parker, [&](bool) { return Attempt::Sleep(0); });
}

}  // namespace

TEST_CASE("block: an attempt that succeeds or fails needs no parker") {
  WaitWord word;
  TestParker& parker = TestParker::Make();
  parker.Interrupt(Outcome::kStopping);
  Scope scope = EachScope();
  CHECK(core::Block(word, scope, os::kForever, parker, [](bool) { return Attempt::Done(); }) ==
        Outcome::kDone);
  CHECK(core::Block(word, scope, os::kForever, parker,
                    [](bool) { return Attempt::Failed(Outcome::kClosed); }) == Outcome::kClosed);
  CHECK(BlockOn(word, scope, 0, parker) == Outcome::kTimedOut);
  CHECK(parker.looks() == 0);
}

TEST_CASE("block: a thread that stops never begins to sleep") {
  WaitWord word;
  TestParker& parker = TestParker::Make();
  Outcome interruption = Outcome::kStopping;
  SUBCASE("stopping") { interruption = Outcome::kStopping; }
  SUBCASE("interrupted") { interruption = Outcome::kInterrupted; }
  parker.Interrupt(interruption);
  CHECK(BlockOn(word, Scope::kPrivate, os::kForever, parker) == interruption);
  CHECK(parker.looks() == 1);
}

TEST_CASE("block: an interruption in the first 5 ms is seen after them, without a poke") {
  Slices slices;
  WaitWord word;
  TestParker& parker = TestParker::Make();
  // The moment is exact: the thread is past its first look and not yet asleep.
  parker.OnLook([&](int look) {
    if (look == 1) parker.Interrupt(Outcome::kWait);
    if (look == 2) parker.Interrupt(Outcome::kStopping);
  });
  Slices::Forget();
  CHECK(BlockOn(word, EachScope(), os::kForever, parker) == Outcome::kStopping);
  CHECK(parker.looks() == 2);
  CHECK(Slices::Ended() == 0);
}

TEST_CASE("block: a poke ends the long sleep") {
  Scope scope = EachScope();
  bool by_descriptor = false;
  for (int kind = 0; kind < 2; ++kind, by_descriptor = true) {
    CAPTURE(by_descriptor);
    constexpr int kTrials = 9;
    int late = 0;
    for (int trial = 0; trial < kTrials; ++trial) {
      Slices slices;
      WaitWord word;
      TestParker& parker = TestParker::Make(true);
      Outcome outcome = Outcome::kWait;
      Threads threads;
      threads.Start([&] {
        Slices::Forget();
        outcome = BlockOn(word, scope, os::kForever, parker);
        late += Slices::Ended() != 0;
      });
      parker.AwaitLooks(TestParker::kLongSleep);
      parker.Interrupt(Outcome::kStopping);
      by_descriptor ? parker.PokeDescriptorNow() : parker.Poke();
      threads.Join();
      REQUIRE(outcome == Outcome::kStopping);
    }
    // The slice would end it, too, but late; a loaded machine may be that slow once.
    CHECK(late <= kTrials / 3);
  }
}

TEST_CASE("block: without a poke the long sleep ends with its slice") {
  Slices slices;
  WaitWord word;
  TestParker& parker = TestParker::Make();
  parker.OnLook([&](int look) {
    if (look == TestParker::kLongSleep + 1) parker.Interrupt(Outcome::kInterrupted);
  });
  Slices::Forget();
  CHECK(BlockOn(word, EachScope(), os::kForever, parker) == Outcome::kInterrupted);
  CHECK(parker.looks() == TestParker::kLongSleep + 1);
  CHECK(Slices::Ended() == 1);
}

TEST_CASE("block: after a poke without an interruption the next slices are short") {
  Slices slices;
  WaitWord word;
  TestParker& parker = TestParker::Make();
  int64_t begun = 0;
  Slices::Forget();
  parker.OnLook([&](int look) {
    if (look == TestParker::kLongSleep) parker.Poke();
    if (look == TestParker::kLongSleep + 1) begun = os::MonotonicNanos();
    if (Slices::Ended() == 3) parker.Interrupt(Outcome::kStopping);
  });
  CHECK(BlockOn(word, Scope::kPrivate, os::kForever, parker) == Outcome::kStopping);
  // Three of 20 ms; three of 250 would be 750.
  CHECK(os::MonotonicNanos() - begun < 700'000'000);
}

TEST_CASE("block: who is told to stop in its sleep takes nothing any more") {
  // Woken and stopped at once: what it would take nobody could use.
  WaitWord word;
  TestParker& parker = TestParker::Make();
  parker.OnLook([&](int look) {
    if (look == 2) parker.Interrupt(Outcome::kStopping);
  });
  int attempts = 0;
  Outcome outcome = core::Block(word, EachScope(), os::kForever, parker, [&](bool waited) {
    ++attempts;
    return waited ? Attempt::Done() : Attempt::Sleep(0);
  });
  CHECK(outcome == Outcome::kStopping);
  CHECK(attempts == 1);
}

TEST_CASE("block: a glance saves the only attempt where there is nothing to have") {
  WaitWord word;
  TestParker& parker = TestParker::Make();
  int attempts = 0;
  auto attempt = [&](bool) {
    ++attempts;
    return Attempt::Done();
  };
  auto look = [&](Scope scope, int64_t deadline, bool ready) {
    return core::Block(word, scope, deadline, parker, attempt, [&] { return ready; });
  };
  CHECK(look(Scope::kPrivate, 0, false) == Outcome::kTimedOut);
  CHECK(attempts == 0);
  // In shared memory what it looks at may be what a dead process left: an attempt is made.
  CHECK(look(Scope::kShared, 0, false) == Outcome::kDone);
  CHECK(attempts == 1);
  Scope scope = EachScope();
  CHECK(look(scope, 0, true) == Outcome::kDone);
  CHECK(look(scope, 1, false) == Outcome::kDone);
}

TEST_CASE("block: a poke during an attempt is not slept through") {
  // Whoever pokes may have changed what the attempt looked at a moment too early.
  Slices slices;
  WaitWord word;
  TestParker& parker = TestParker::Make();
  int attempts = 0;
  Slices::Forget();
  Outcome outcome = core::Block(word, EachScope(), os::kForever, parker, [&](bool) {
    if (++attempts == 3) return Attempt::Done();
    parker.Poke();
    return Attempt::Sleep(0);
  });
  CHECK(outcome == Outcome::kDone);
  CHECK(Slices::Ended() == 0);
}

TEST_CASE("block: a poke before the wait does not disturb it") {
  WaitWord word;
  TestParker& parker = TestParker::Make(true);
  parker.Poke();
  parker.PokeDescriptorNow();
  CHECK(BlockOn(word, EachScope(), After(30), parker) == Outcome::kTimedOut);
}

TEST_CASE("block: a deadline ends the first sleep and the long one, not before its time") {
  WaitWord word;
  Scope scope = EachScope();
  for (int64_t milliseconds : {1, 4, 6, 30, 260}) {
    CAPTURE(milliseconds);
    TestParker& parker = TestParker::Make();
    int64_t deadline = After(milliseconds);
    CHECK(BlockOn(word, scope, deadline, parker) == Outcome::kTimedOut);
    CHECK(os::MonotonicNanos() >= deadline);
  }
}

TEST_CASE("block: makes a last attempt when the deadline has passed") {
  WaitWord word;
  int attempts = 0;
  Outcome outcome = core::Block(word, EachScope(), After(1), TestParker::Make(), [&](bool waited) {
    ++attempts;
    return waited ? Attempt::Done() : Attempt::Sleep(0);
  });
  CHECK(outcome == Outcome::kDone);
  CHECK(attempts == 2);
}

TEST_CASE("block: a change of the word ends the sleep, short or long") {
  Scope scope = EachScope();
  Slices slices;
  for (int looks : {TestParker::kFirstSleep, TestParker::kLongSleep}) {
    CAPTURE(looks);
    int late = 0;
    for (int round = 0; round < Soak(10); ++round) {
      WaitWord word;
      TestParker& parker = TestParker::Make();
      Threads threads;
      threads.Start([&] {
        Slices::Forget();
        core::Block(word, scope, os::kForever, parker,
                    [&](bool) { return word.value == 1 ? Attempt::Done() : Attempt::Sleep(0); });
        late += Slices::Ended() != 0;
      });
      parker.AwaitLooks(looks);
      word.value = 1;
      core::Wake(word, 1, scope);
      threads.Join();
    }
    CHECK(late * 10 <= Soak(10));
  }
}

TEST_CASE("block: a waiter that stops hands the wake-up on") {
  Scope scope = EachScope();
  WaitWord word;
  std::atomic<bool> woken{false};
  Threads threads;
  threads.Start([&] {
    os::FutexWait(word.value, 0, scope, os::kForever);
    woken = true;
  });
  TestParker& parker = TestParker::Make();
  parker.Interrupt(Outcome::kStopping);
  // Only waiters that stop, no other waker. (Again and again, as it may not be asleep yet.)
  AwaitThat([&] {
    BlockOn(word, scope, os::kForever, parker);
    return woken.load();
  });
  CHECK(word.value == 0);
}

TEST_CASE("block: who stops is rung on, too, to those who wait without a thread") {
  struct Bell final : core::Listener {
    void Ring(WaitWord*) override { ++rings; }
    void RingAll() override {}
    int rings = 0;
  } bell;
  Scope scope = EachScope();
  if (scope == Scope::kShared) core::Family::Get();
  WaitWord word;
  core::Listen(&word, &bell, scope);
  TestParker& parker = TestParker::Make();
  parker.Interrupt(Outcome::kStopping);
  BlockOn(word, scope, os::kForever, parker);
  core::StopListening(&word, &bell, scope);
  CHECK(bell.rings == 1);
}

}  // namespace heddle::test
