// The shared primitives and the channel between real processes, some of which are killed.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

#include "core/block.h"
#include "core/channel.h"
#include "core/event.h"
#include "core/lock.h"
#include "core/primitive.h"
#include "core/semaphore.h"
#include "family_support.h"
#include "messages.h"

namespace heddle::test {
namespace {

using core::Channel;
using core::Codec;
using core::Event;
using core::Incoming;
using core::Lock;
using core::Outgoing;
using core::Primitive;
using core::PrimitiveKind;
using core::Ref;
using core::Resource;
using core::Segment;
using core::Semaphore;

Ref<Primitive> Make(PrimitiveKind kind) { return Primitive::Create(kind, Scope::kShared).value(); }

Outcome AcquireOnce(Primitive& cell, core::Parker& parker, core::HolderId holder,
                    int64_t deadline) {
  Lock lock(cell.cell(), Scope::kShared);
  return core::Block(cell.word(), Scope::kShared, deadline, parker,
                     [&](bool waited) { return lock.TryAcquire(holder, waited); });
}

}  // namespace

TEST_CASE("processes: a shared lock lets one in at a time" * doctest::skip(kNoRoles)) {
  auto cell = Make(PrimitiveKind::kLock);
  InFamily<int64_t> counter;
  constexpr int kProcesses = 3;
  auto rounds = static_cast<uint64_t>(Soak(3000));
  std::vector<Child> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(StartRole("counts_under_lock", {NameOf(cell), counter.offset, rounds}));
  }
  for (Child child : children) CHECK(Await(child) == 0);
  CHECK(*counter.value == kProcesses * static_cast<int64_t>(rounds));
}

ROLE(counts_under_lock) {
  auto cell = AttachTo<Primitive>(numbers[0]);
  auto& counter = FamilyValue<int64_t>(numbers[1]);
  TestParker& parker = TestParker::Make();
  core::HolderId holder = core::SharedHolder(core::NewHolder());
  for (uint64_t round = 0; round < numbers[2]; ++round) {
    INSIST(AcquireOnce(*cell, parker, holder, os::kForever) == Outcome::kDone);
    int64_t seen = counter;
    if (round % 32 == 0) std::this_thread::yield();
    counter = seen + 1;
    INSIST(Lock(cell->cell(), Scope::kShared).Release() == Lock::Released::kReleased);
  }
  return 0;
}

namespace {
void PlayPingPong(Primitive& mine, Primitive& other, uint64_t rounds) {
  for (uint64_t i = 0; i < rounds; ++i) {
    Event event(mine.cell(), Scope::kShared);
    uint32_t epoch = event.Epoch();
    BlockForever(mine.word(), Scope::kShared, [&](bool) { return event.TryWait(epoch); });
    event.Clear();
    Event(other.cell(), Scope::kShared).Set();
  }
}
}  // namespace

TEST_CASE("processes: two set an event for each other" * doctest::skip(kNoRoles)) {
  auto ping = Make(PrimitiveKind::kEvent);
  auto pong = Make(PrimitiveKind::kEvent);
  auto rounds = static_cast<uint64_t>(Soak(3000));
  Child child = StartRole("plays_ping_pong", {NameOf(pong), NameOf(ping), rounds});
  Event(ping->cell(), Scope::kShared).Set();
  PlayPingPong(*ping, *pong, rounds);
  CHECK(Await(child) == 0);
}

ROLE(plays_ping_pong) {
  PlayPingPong(*AttachTo<Primitive>(numbers[0]), *AttachTo<Primitive>(numbers[1]), numbers[2]);
  return 0;
}

namespace {
Outcome Use(Primitive& cell, core::Parker& parker) {
  Semaphore semaphore(cell.cell(), Scope::kShared);
  Outcome outcome = core::Block(cell.word(), Scope::kShared, os::kForever, parker,
                                [&](bool waited) { return semaphore.TryAcquire(waited); });
  if (outcome == Outcome::kDone) semaphore.Release(1, Semaphore::kMaxValue);
  return outcome;
}
}  // namespace

TEST_CASE("processes: who is killed takes no more of a semaphore than it held" *
          doctest::skip(kNoRoles)) {
  auto cell = Make(PrimitiveKind::kSemaphore);
  Semaphore semaphore(cell->cell(), Scope::kShared);
  const int kills = Rounds(100);
  semaphore.Initialize(static_cast<uint32_t>(kills) + 1);
  InFamily<std::atomic<int>> stop;
  Child survivor = StartRole("uses_a_semaphore", {NameOf(cell), 0, stop.offset});
  TestParker& parker = TestParker::Make();
  Random random(1);
  for (int i = 0; i < kills; ++i) {
    uint64_t nanos = 1 + random.Below(1'000'000);
    Child victim = StartRole("uses_a_semaphore", {NameOf(cell), nanos, stop.offset});
    while (!HasEnded(victim)) REQUIRE(Use(*cell, parker) == Outcome::kDone);
  }
  stop.value->store(1);
  CHECK(Await(survivor) == 0);
  CHECK(semaphore.Value() >= 1);
  CHECK(semaphore.Value() <= static_cast<uint32_t>(kills) + 1);
}

ROLE(uses_a_semaphore) {
  auto cell = AttachTo<Primitive>(numbers[0]);
  TestParker& parker = TestParker::Make();
  if (numbers[1] != 0) DieAfter(static_cast<int64_t>(numbers[1]));
  while (FamilyValue<std::atomic<int>>(numbers[2]).load() == 0) {
    INSIST(Use(*cell, parker) == Outcome::kDone);
  }
  return 0;
}

namespace {
constexpr int kProducers = 2, kConsumers = 2;
using Seen = std::array<std::atomic<uint8_t>, kProducers * 100'000>;
}  // namespace

TEST_CASE("processes: a channel carries everything, once and in order" * doctest::skip(kNoRoles)) {
  for (uint64_t limit : {0, 3}) {
    CAPTURE(limit);
    auto channel = Channel::Create(Scope::kShared, limit).value();
    auto each = static_cast<uint64_t>(Soak(2000));
    InFamily<Seen> seen;
    REQUIRE(each <= 100'000);
    std::vector<Child> producers, consumers;
    for (uint64_t producer = 0; producer < kProducers; ++producer) {
      producers.push_back(StartRole("produces", {NameOf(channel), producer, each}));
    }
    for (int consumer = 0; consumer < kConsumers; ++consumer) {
      consumers.push_back(StartRole("consumes", {NameOf(channel), seen.offset, each}));
    }
    for (Child child : producers) CHECK(Await(child) == 0);
    channel->Close();
    for (Child child : consumers) CHECK(Await(child) == 0);
    uint64_t wrong = 0;
    for (uint64_t id = 0; id < kProducers * each; ++id) wrong += (*seen.value)[id] != 1;
    CHECK(wrong == 0);
  }
}

ROLE(produces) {
  auto channel = AttachTo<Channel>(numbers[0]);
  TestParker& parker = TestParker::Make();
  for (uint64_t i = 0; i < numbers[2]; ++i) {
    INSIST(Put(*channel, numbers[1] * numbers[2] + i, parker) == Outcome::kDone);
  }
  return 0;
}

ROLE(consumes) {
  auto channel = AttachTo<Channel>(numbers[0]);
  auto& seen = FamilyValue<Seen>(numbers[1]);
  TestParker& parker = TestParker::Make();
  Incoming message;
  std::vector<int64_t> last(kProducers, -1);
  while (channel->Take(message, os::kForever, parker) == Outcome::kDone) {
    auto id = static_cast<int64_t>(IdOf(message));
    INSIST(IsWhole(message));
    int64_t& before = last[IdOf(message) / numbers[2]];
    INSIST(id > before);
    before = id;
    ++seen[IdOf(message)];
  }
  return 0;
}

namespace {

/// What the message `id` carries.
std::vector<Ref<Resource>> CargoOf(uint64_t id, core::Parker& parker) {
  std::vector<Ref<Resource>> cargo;
  auto add = [&](auto resource) { cargo.push_back(Ref<Resource>::Adopt(resource.Leak())); };
  if (id % 3 == 0) add(Make(PrimitiveKind::kLock));
  if (id % 5 == 0) {
    auto channel = Channel::Create(Scope::kShared, 0).value();
    auto lock = Make(PrimitiveKind::kEvent);
    Put(*channel, id, parker, 0, false, {Ref<Resource>::Adopt(lock.Leak())});
    add(channel);
  }
  if (id % 7 == 0) add(Segment::CreateUnnamed(100, false).value());
  return cargo;
}

/// Whether it is there. A segment is gone if the last who had it open was killed.
bool HasCargo(uint64_t id, Incoming& message, core::Parker& parker, int* gone) {
  size_t at = 0;
  auto next = [&](Resource::Kind kind) -> Resource* {
    if (at >= message.attachments.size()) return nullptr;
    Resource* resource = message.attachments[at++].get();
    return resource != nullptr && resource->kind() == kind ? resource : nullptr;
  };
  if (id % 3 == 0 && next(Resource::Kind::kCell) == nullptr) return false;
  if (id % 5 == 0) {
    auto* channel = static_cast<Channel*>(next(Resource::Kind::kChannel));
    if (channel == nullptr) return false;
    Incoming inner;
    if (channel->Take(inner, 0, parker) != Outcome::kDone) return false;
    if (!IsWhole(inner) || IdOf(inner) != id || inner.attachments.size() != 1) return false;
    Put(*channel, id, parker, 0, false, inner.attachments);
  }
  if (id % 7 == 0 && next(Resource::Kind::kSharedMemory) == nullptr) ++*gone;
  return at == message.attachments.size();
}

struct Wares {
  Ref<Channel> in, out;
  bool with_blobs;
};

/// Carries messages from `in` to `out`; with `disturb` it also does all else that may be cut.
void Carry(const Wares& wares, int32_t name, bool disturb) {
  TestParker& parker = TestParker::Make();
  Incoming message;
  for (int turn = 0; wares.in->Take(message, os::kForever, parker) == Outcome::kDone; ++turn) {
    INSIST(IsWhole(message, wares.with_blobs));
    if (disturb) {
      // A ghost that others see if they are faster.
      uint64_t position;
      Outgoing ghost;
      ghost.codec = Codec::kNull;
      std::vector<char> large(turn % 4 == 0 ? 400'000 : 0);
      ghost.payload = large.data();
      ghost.size = large.size();
      if (wares.out->TryPut(ghost, &position) == Outcome::kDone) wares.out->Revoke(position);
    }
    if (disturb && wares.with_blobs && turn % 3 == 0) {
      auto own = Channel::Create(Scope::kShared, 0).value();
      auto lock = Make(PrimitiveKind::kLock);
      Put(*own, 15, parker, 0, true, {Ref<Resource>::Adopt(lock.Leak())});
      for (uint64_t id = 1; id < 4; ++id) Put(*own, id, parker);
    }
    // What has gone travels on as something else.
    for (auto& attachment : message.attachments) {
      if (!attachment) attachment = Ref<Resource>::Adopt(Make(PrimitiveKind::kEvent).Leak());
    }
    INSIST(Put(*wares.out, IdOf(message), parker, name, wares.with_blobs, message.attachments) ==
           Outcome::kDone);
  }
}

}  // namespace

ROLE(carries) {
  Wares wares{AttachTo<Channel>(numbers[0]), AttachTo<Channel>(numbers[1]), numbers[2] != 0};
  if (numbers[3] != 0) DieAfter(static_cast<int64_t>(numbers[3]));
  Carry(wares, numbers[3] == 0 ? 1 : 2, numbers[3] != 0);
  return 0;
}

TEST_CASE("processes: kill -9 in the middle of a channel's work costs at most the victim's item" *
          doctest::skip(kNoRoles)) {
  // The parent puts into `in`; a survivor and one victim after the other carry messages from
  // there to `out`. A message that the survivor returns as the last of a round has passed
  // through `in` behind all others: when it is back, whatever has not come is lost.
  bool with_cargo = false;
  SUBCASE("small messages") {}
  SUBCASE("with blobs, locks, channels and segments") { with_cargo = true; }
  Census before = TakeCensus();
  const int kills = Rounds(with_cargo ? 250 : 400);
  int lost = 0, torn = 0, twice = 0, out_of_order = 0, ghosts = 0, gone = 0;
  uint64_t id = 0;
  {
    auto in = Channel::Create(Scope::kShared, 6).value();
    auto out = Channel::Create(Scope::kShared, 0).value();
    Numbers wares{NameOf(in), NameOf(out), with_cargo, 0};
    Child survivor = StartRole("carries", wares);
    TestParker& parker = TestParker::Make();
    Random random(7);
    Incoming message;
    auto put = [&](uint64_t number) {
      auto cargo = with_cargo ? CargoOf(number, parker) : std::vector<Ref<Resource>>{};
      REQUIRE(Put(*in, number, parker, 0, with_cargo, cargo) == Outcome::kDone);
    };
    for (int round = 0; round < kills; ++round) {
      CAPTURE(round);
      uint64_t first = id;
      std::vector<int> times;
      uint64_t last_of_survivor = 0;
      auto note = [&] {
        if (message.codec == Codec::kNull) {
          ++ghosts;
          return;
        }
        uint64_t number = IdOf(message);
        if (!IsWhole(message, with_cargo)) ++torn;
        if (with_cargo && !HasCargo(number, message, parker, &gone)) ++torn;
        if (number < first || number >= id) {
          ++twice;  // It had its turn in an earlier round.
          return;
        }
        if (++times[number - first] > 1) ++twice;
        if (message.shape == 1) {
          if (number < last_of_survivor) ++out_of_order;
          last_of_survivor = number;
        }
      };

      wares[3] = 1 + random.Below(with_cargo ? 4'000'000 : 1'500'000);
      Child victim = StartRole("carries", wares);
      do {
        for (int i = 0; i < 4; ++i, ++id) {
          times.push_back(0);
          put(id);
        }
        while (out->Take(message, 0, parker) == Outcome::kDone) note();
      } while (!HasEnded(victim));

      times.push_back(0);
      uint64_t flush = id++;
      put(flush);
      do {
        REQUIRE(out->Take(message, os::kForever, parker) == Outcome::kDone);
        note();
      } while (message.codec == Codec::kNull || IdOf(message) != flush);
      REQUIRE(in->Size() == 0);
      REQUIRE(out->Size() == 0);
      auto missing = std::count(times.begin(), times.end(), 0);
      REQUIRE(missing <= 1);
      lost += static_cast<int>(missing);
      REQUIRE(torn == 0);
      REQUIRE(twice == 0);
      REQUIRE(out_of_order == 0);
    }
    in->Close();
    CHECK(Await(survivor) == 0);
  }
  Segment::CreateUnnamed(1, false).value();
  Census after = TakeCensus();
  MESSAGE(kills << " kills, " << id << " messages, " << lost << " lost with their carriers, "
                << ghosts << " ghosts, " << gone << " segments gone, left: "
                << after.units - before.units << " units, " << after.cells - before.cells
                << " cells, " << after.descriptors - before.descriptors << " descriptors");
  // Who is killed between a count and the note of it leaves what he had counted.
  int slack = with_cargo ? kills / 20 : 0;
  CHECK(after.units - before.units <= slack);
  CHECK(after.cells - before.cells <= slack);
  CHECK(after.descriptors - before.descriptors <= slack);
  CHECK(after.named == before.named);
  CHECK(gone <= kills);
}

TEST_CASE("processes: a ring that grows while its writer is killed stays whole" *
          doctest::skip(kNoRoles)) {
  // Each round has a channel of its own, so that every kill can meet the growth of a small ring.
  // The reader is the parent, afterwards: what it finds are the writer's first messages, whole.
  Census before = TakeCensus();
  TestParker& parker = TestParker::Make();
  Random random(11);
  int most = 0;
  Incoming message;
  struct Noted {
    std::atomic<uint64_t> put, taken;
  };
  for (int round = 0; round < Rounds(300); ++round) {
    CAPTURE(round);
    auto channel = Channel::Create(Scope::kShared, 0).value();
    InFamily<Noted> noted;
    Child victim =
        StartRole("fills_a_ring", {NameOf(channel), noted.offset, 1 + random.Below(800'000)});
    CHECK(Await(victim) == -1);
    uint64_t begun = noted.value->taken.load();
    uint64_t next = 0;
    bool first = true;
    while (channel->Take(message, 0, parker) == Outcome::kDone) {
      REQUIRE(IsWhole(message));
      // One more may have been taken than was noted, and one more put.
      if (first) REQUIRE((IdOf(message) == begun || IdOf(message) == begun + 1));
      if (!first) REQUIRE(IdOf(message) == next);
      first = false;
      next = IdOf(message) + 1;
      ++most;
    }
    uint64_t put = noted.value->put.load();
    if (!first) REQUIRE((next == put || next == put + 1));
    REQUIRE(channel->Size() == 0);
    // And it can be used on.
    REQUIRE(Put(*channel, 5, parker) == Outcome::kDone);
    REQUIRE(channel->Take(message, 0, parker) == Outcome::kDone);
    REQUIRE(IsWhole(message));
  }
  CHECK(most > 0);
  Census after = TakeCensus();
  CHECK(after.units - before.units <= 2);
}

ROLE(fills_a_ring) {
  struct Noted {
    std::atomic<uint64_t> put, taken;
  };
  auto channel = AttachTo<Channel>(numbers[0]);
  auto& noted = FamilyValue<Noted>(numbers[1]);
  TestParker& parker = TestParker::Make();
  Incoming mine;
  DieAfter(static_cast<int64_t>(numbers[2]));
  for (uint64_t id = 0;; ++id) {
    Put(*channel, id, parker);
    noted.put.store(id + 1);
    // Takes a little, so that contents wrap.
    if (id % 3 != 0) continue;
    channel->Take(mine, 0, parker);
    noted.taken.store(IdOf(mine) + 1);
  }
}

TEST_CASE("processes: what a killed process makes and drops is freed" * doctest::skip(kNoRoles)) {
  Census before = TakeCensus();
  auto outbox = Channel::Create(Scope::kShared, 4).value();
  const int kills = Rounds(600);
  Random random(3);
  for (int i = 0; i < kills; ++i) {
    Child victim =
        StartRole("makes_and_drops", {NameOf(outbox), 1 + random.Below(2'500'000), random.Next()});
    CHECK(Await(victim) == -1);
    // Never emptied: some wait for room until they are killed.
    if (i % 16 == 15) {
      outbox = {};
      outbox = Channel::Create(Scope::kShared, 4).value();
    }
  }
  outbox = {};
  Census after = TakeCensus();
  MESSAGE(kills << " kills, left: " << after.units - before.units << " units, "
                << after.cells - before.cells << " cells");
  // A slab that was added in the meantime stays.
  CHECK(after.units - before.units <= kills / 20 + 2);
  CHECK(after.cells - before.cells <= kills / 20 + 2);
  CHECK(after.descriptors == before.descriptors);
  CHECK(after.named == before.named);
}

ROLE(makes_and_drops) {
  auto outbox = AttachTo<Channel>(numbers[0]);
  TestParker& parker = TestParker::Make();
  Random random(numbers[2]);
  DieAfter(static_cast<int64_t>(numbers[1]));
  std::vector<Ref<Resource>> held;
  auto add = [&](auto resource) { held.push_back(Ref<Resource>::Adopt(resource.Leak())); };
  for (;;) {
    switch (random.Below(5)) {
      case 0:
        add(Make(PrimitiveKind::kLock));
        break;
      case 1: {
        auto channel = Channel::Create(Scope::kShared, 0).value();
        Put(*channel, random.Next(), parker, 0, true, held);
        for (int i = 0; i < 20; ++i) Put(*channel, random.Next(), parker);
        add(channel);
        break;
      }
      case 2:
        add(Segment::CreateUnnamed(1000, false).value());
        held.back()->SharedName();
        break;
      case 3:
        held.clear();
        break;
      case 4:
        if (random.Below(8) == 0) Put(*outbox, random.Next(), parker, 0, true, held);
        break;
    }
    if (held.size() > 6) held.clear();
  }
}

TEST_CASE("processes: the locks of who is killed are abandoned, and waiters told in a slice" *
          doctest::skip(kNoRoles)) {
  auto cell = Make(PrimitiveKind::kLock);
  auto other = Make(PrimitiveKind::kLock);
  Lock lock(cell->cell(), Scope::kShared);
  InFamily<std::atomic<int>> stop;
  InFamily<std::atomic<int>> told;
  Child survivor = StartRole("acquires_and_recovers", {NameOf(cell), stop.offset, told.offset, 0});
  TestParker& parker = TestParker::Make();
  core::HolderId holder = core::SharedHolder(core::NewHolder());
  core::HolderId of_other = core::SharedHolder(core::NewHolder());
  REQUIRE(AcquireOnce(*other, parker, of_other, 0) == Outcome::kDone);
  Random random(5);
  const int kills = Rounds(400);
  int abandoned = 0;
  int64_t longest = 0;
  for (int i = 0; i < kills; ++i) {
    Child victim = StartRole("acquires_and_recovers",
                             {NameOf(cell), stop.offset, told.offset, 1 + random.Below(1'500'000)});
    bool ended = false;
    // The watching thread of heddle, which hears of the end at once.
    Threads watcher;
    watcher.Start([&] { ended = Await(victim) == -1; });
    while (cell->word().value != 0 || i % 2 == 0) {
      int64_t begun = os::MonotonicNanos();
      Outcome outcome = AcquireOnce(*cell, parker, holder, os::kForever);
      longest = std::max(longest, os::MonotonicNanos() - begun);
      if (outcome == Outcome::kAbandoned) {
        ++abandoned;
        lock.Recover();
        continue;
      }
      REQUIRE(outcome == Outcome::kDone);
      REQUIRE(lock.Release() == Lock::Released::kReleased);
      break;
    }
    watcher.Join();
    REQUIRE(ended);
  }
  stop.value->store(1);
  CHECK(Await(survivor) == 0);
  MESSAGE(kills << " kills, abandoned " << abandoned << " times here and " << told.value->load()
                << " there, longest wait " << longest / 1'000'000 << " ms");
  CHECK(abandoned + told.value->load() > 0);
  // The victim's death, up to a slice, and the machine's other work.
  CHECK(longest < 1'000'000'000);
  // A lock of somebody who lives is not touched.
  CHECK((other->word().value & ~Lock::kWaiters) == of_other);
}

ROLE(acquires_and_recovers) {
  auto cell = AttachTo<Primitive>(numbers[0]);
  auto& stop = FamilyValue<std::atomic<int>>(numbers[1]);
  auto& told = FamilyValue<std::atomic<int>>(numbers[2]);
  Lock lock(cell->cell(), Scope::kShared);
  TestParker& parker = TestParker::Make();
  core::HolderId holder = core::SharedHolder(core::NewHolder());
  if (numbers[3] != 0) DieAfter(static_cast<int64_t>(numbers[3]));
  while (stop.load() == 0) {
    Outcome outcome = AcquireOnce(*cell, parker, holder, os::kForever);
    if (outcome == Outcome::kAbandoned) {
      if (lock.Recover()) ++told;
      continue;
    }
    INSIST(outcome == Outcome::kDone);
    if (numbers[3] == 0) usleep(50);
    lock.Release();
    if (numbers[3] == 0) usleep(50);
  }
  return 0;
}

}  // namespace heddle::test
