// A channel that counts what is to be finished, between processes some of which are killed.
#include <unistd.h>

#include "core/block.h"
#include "messages.h"

namespace heddle::test {
namespace {

using core::Channel;
using core::Family;
using core::Incoming;
using core::Ref;

/// Longer than any machine takes: only a lost wake-up or a wrong count comes near it.
constexpr int64_t kPatience = 30'000'000'000;

Ref<Channel> MakeCounting(int64_t most_items = 0) {
  return Channel::Create(Scope::kShared, most_items, core::Order::kFirst, true).value();
}

Outcome AwaitFinished(Channel& channel, core::Parker& parker) {
  return core::Block(channel.unfinished_word(), channel.scope(), os::MonotonicNanos() + kPatience,
                     parker, [&](bool) { return channel.unfinished().TryZero(); });
}

/// What a process does that has taken some and ends.
void TakeSome(Channel& channel, uint64_t takes, uint64_t finishes) {
  TestParker& parker = TestParker::Make();
  Incoming message;
  for (uint64_t i = 0; i < takes; ++i) {
    INSIST(channel.Take(message, os::kForever, parker) == Outcome::kDone);
  }
  for (uint64_t i = 0; i < finishes; ++i) INSIST(channel.Finish());
}

}  // namespace

ROLE(takes_some) {
  TakeSome(*AttachTo<Channel>(numbers[0]), numbers[1], numbers[2]);
  // Also what it has let go of by then.
  return 0;
}

TEST_CASE("processes: what an ended process had taken counts as finished, and no other" *
          doctest::skip(kNoRoles)) {
  auto channel = MakeCounting();
  TestParker& parker = TestParker::Make();
  for (uint64_t id = 0; id < 6; ++id) REQUIRE(Put(*channel, id, parker) == Outcome::kDone);
  CHECK(Await(StartRole("takes_some", {NameOf(channel), 4, 1})) == 0);
  CHECK(channel->unfinished().Count() == 2);
  TakeSome(*channel, 2, 2);
  CHECK(channel->unfinished().Count() == 0);
  // What it had taken is finished by others, after all.
  for (int i = 0; i < 3; ++i) CHECK(channel->Finish());
  CHECK_FALSE(channel->Finish());
}

TEST_CASE("processes: one finishes what another has taken" * doctest::skip(kNoRoles)) {
  auto channel = MakeCounting();
  TestParker& parker = TestParker::Make();
  for (uint64_t id = 0; id < 3; ++id) REQUIRE(Put(*channel, id, parker) == Outcome::kDone);
  TakeSome(*channel, 3, 0);
  CHECK(Await(StartRole("takes_some", {NameOf(channel), 0, 3})) == 0);
  CHECK(channel->unfinished().Count() == 0);
  CHECK_FALSE(channel->Finish());
}

TEST_CASE("processes: who waits until all is finished does not wait for the dead" *
          doctest::skip(kNoRoles)) {
  auto channel = MakeCounting();
  TestParker& parker = TestParker::Make();
  const int kills = Rounds(600);
  Child survivor = StartRole("finishes_tasks", {NameOf(channel), 0});
  Random random(11);
  uint64_t id = 0;
  for (int round = 0; round < kills; ++round) {
    CAPTURE(round);
    Child victim = StartRole("finishes_tasks", {NameOf(channel), 1 + random.Below(1'000'000)});
    do {
      for (int i = 0; i < 4; ++i) {
        REQUIRE(Put(*channel, id++, parker) == Outcome::kDone);
      }
    } while (!HasEnded(victim));
    REQUIRE(AwaitFinished(*channel, parker) == Outcome::kDone);
    // The survivor puts nothing while there is nothing to take.
    REQUIRE(channel->Size() == 0);
    REQUIRE(channel->unfinished().Count() == 0);
  }
  channel->Close();
  CHECK(Await(survivor) == 0);
  MESSAGE(kills << " kills, " << id << " messages");
}

ROLE(finishes_tasks) {
  auto channel = AttachTo<Channel>(numbers[0]);
  TestParker& parker = TestParker::Make();
  bool dies = numbers[1] != 0;
  if (dies) DieAfter(static_cast<int64_t>(numbers[1]));
  Incoming message;
  for (uint64_t turn = 1; channel->Take(message, os::kForever, parker) == Outcome::kDone; ++turn) {
    INSIST(IsWhole(message));
    // What follows from a task is put before it is finished, so that nobody is told too early.
    if (IdOf(message) % 4 == 0) Put(*channel, IdOf(message) + 1, parker);
    // A careless one keeps some for itself.
    if (dies && turn % 8 == 0) continue;
    INSIST(channel->Finish());
  }
  return 0;
}

TEST_CASE("processes: nobody who puts or takes at a full or empty channel waits for the dead" *
          doctest::skip(kNoRoles)) {
  Census before = TakeCensus();
  const int kills = Rounds(600);
  {
    auto full = MakeCounting(2);
    TestParker& parker = TestParker::Make();
    Random random(13);
    Incoming message;
    for (int round = 0; round < kills; ++round) {
      CAPTURE(round);
      uint64_t role = random.Below(2);
      Child victim = StartRole(role == 0 ? "puts_only" : "takes_only",
                               {NameOf(full), 1 + random.Below(600'000)});
      uint64_t next = 0;
      while (!HasEnded(victim)) {
        int64_t soon = os::MonotonicNanos() + 50'000;
        if (role != 0) {
          if (Put(*full, next, parker, 0, false, {}, soon) == Outcome::kDone) ++next;
        } else if (full->Take(message, soon, parker) == Outcome::kDone) {
          // One producer: all that was put comes, in its order, until it is killed.
          REQUIRE(IsWhole(message));
          REQUIRE(IdOf(message) == next++);
          REQUIRE(full->Finish());
        }
      }
      while (full->Take(message, 0, parker) == Outcome::kDone) {
        REQUIRE(IsWhole(message));
        if (role == 0) REQUIRE(IdOf(message) == next++);
        REQUIRE(full->Finish());
      }
      REQUIRE(full->Size() == 0);
      // What a consumer had taken and not finished is done with it.
      REQUIRE(AwaitFinished(*full, parker) == Outcome::kDone);
    }
  }
  Census after = TakeCensus();
  MESSAGE(kills << " kills, left: " << after.units - before.units << " units");
  CHECK(after.units - before.units <= kills / 100);
}

ROLE(puts_only) {
  auto channel = AttachTo<Channel>(numbers[0]);
  TestParker& parker = TestParker::Make();
  DieAfter(static_cast<int64_t>(numbers[1]));
  for (uint64_t id = 0;; ++id) Put(*channel, id, parker);
}

ROLE(takes_only) {
  auto channel = AttachTo<Channel>(numbers[0]);
  TestParker& parker = TestParker::Make();
  DieAfter(static_cast<int64_t>(numbers[1]));
  Incoming message;
  for (uint64_t last = 0;;) {
    INSIST(channel->Take(message, os::kForever, parker) == Outcome::kDone);
    INSIST(IsWhole(message));
    INSIST(IdOf(message) == last++);
    // Half of them stay with it.
    if (last % 2 == 0) INSIST(channel->Finish());
  }
}

}  // namespace heddle::test
