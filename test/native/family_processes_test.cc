#include "core/family_processes.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <map>

#include "core/family_cells.h"
#include "core/line.h"
#include "core/lock.h"
#include "core/semaphore.h"
#include "family_support.h"

namespace heddle::test {
namespace {

using core::Channel;
using core::Family;
using core::FamilyProcesses;
using core::Lock;
using core::Primitive;
using core::PrimitiveKind;
using core::Ref;

FamilyProcesses& Processes() { return Family::Get().value()->processes(); }

Ref<Primitive> Make(PrimitiveKind kind) { return Primitive::Create(kind, Scope::kShared).value(); }

uint32_t Holders(Primitive& primitive) {
  Family& family = *Family::Current();
  return core::FamilyCells(family).Holders(family.OffsetOf(&primitive.cell()));
}

struct Bell final : core::Listener {
  void Ring(WaitWord*) override { ++rings; }
  void RingAll() override {}
  std::atomic<int> rings{0};
};

/// The next place that is free. It stays so.
uint32_t FreePlace() {
  uint32_t place = Processes().Reserve(0).value();
  Processes().Bury(place);
  return place;
}

}  // namespace

TEST_CASE("family processes: places are reserved, given back and used again") {
  uint32_t first = Processes().Reserve(0).value();
  uint32_t second = Processes().Reserve(0).value();
  CHECK(first != second);
  CHECK(first != Processes().own());
  CHECK_FALSE(Processes().IsThere(first));
  CHECK(Processes().IsThere(Processes().own()));
  CHECK(Processes().PidOf(Processes().own()) == getpid());
  Processes().Bury(first);
  Processes().Bury(first);
  CHECK(Processes().Reserve(0).value() == first);
  // Nobody's death is seen in who was only announced.
  usleep(110'000);
  Processes().BuryDead();
  CHECK(Processes().Reserve(0).value() == second + 1);
  for (uint32_t place : {first, second, second + 1}) Processes().Bury(place);
}

TEST_CASE("family processes: when all places are taken the next is told so") {
  std::vector<uint32_t> places;
  for (;;) {
    auto place = Processes().Reserve(0);
    if (!place.ok()) {
      CHECK(place.failure().error == EAGAIN);
      break;
    }
    places.push_back(place.value());
  }
  CHECK(places.size() == FamilyProcesses::kMost - 1);
  for (uint32_t place : places) Processes().Bury(place);
}

TEST_CASE("family processes: a place that was given up is not entered" * doctest::skip(kNoRoles)) {
  uint32_t place = Processes().Reserve(0).value();
  Processes().Bury(place);
  CHECK(Await({StartRoleIn(place, "returns", {}), place}) == 8);
  place = Processes().Reserve(0).value();
  CHECK(Await({StartRoleIn(place, "returns", {}), place}) == 0);
  // Its end is told although nobody had told its beginning.
  CHECK(FreePlace() == place);
}

ROLE(returns) { return 0; }

TEST_CASE("family processes: a child that ended before its place knew it leaves the place free" *
          doctest::skip(kNoRoles)) {
  uint32_t place = Processes().Reserve(0).value();
  Processes().Started(place, 4'000'000);
  CHECK(FreePlace() == place);
}

TEST_CASE("family processes: what was reserved by a parent that died goes with it" *
          doctest::skip(kNoRoles)) {
  InFamily<std::atomic<uint32_t>> reserved;
  uint32_t free = FreePlace();
  Child child = StartRole("reserves", {reserved.offset});
  CHECK(child.place == free);
  while (reserved.value->load() == 0) usleep(100);
  uint32_t place = reserved.value->load();
  Kill(child);
  CHECK(Await({StartRoleIn(place, "returns", {}), place}) == 8);
  CHECK(FreePlace() == free);
  Child next = StartRole("reserves", {reserved.offset});
  CHECK(next.place == free);
  Kill(next);
}

ROLE(reserves) {
  uint32_t place = Processes().Reserve(0).value();
  FamilyValue<std::atomic<uint32_t>>(numbers[0]).store(place);
  for (;;) pause();
}

TEST_CASE("family processes: what a killed one held is let go of, beyond one block of notes" *
          doctest::skip(kNoRoles)) {
  Census before = TakeCensus();
  auto lock = Make(PrimitiveKind::kLock);
  auto ready = Make(PrimitiveKind::kSemaphore);
  constexpr uint64_t kMany = 20'000;
  Child child =
      StartRole("holds_many", {lock->SharedName().value(), kMany, ready->SharedName().value()});
  while (core::Semaphore(ready->cell(), Scope::kShared).Value() == 0) usleep(100);
  CHECK(Holders(*lock) == kMany / 2 + 1);
  Kill(child);
  CHECK(Holders(*lock) == 1);
  CHECK(Holders(*ready) == 1);
  lock = {};
  ready = {};
  CHECK(TakeCensus().units == before.units);
  CHECK(TakeCensus().cells == before.cells);
}

ROLE(holds_many) {
  auto ready = AttachTo<Primitive>(numbers[2]);
  std::vector<Ref<Primitive>> held;
  for (uint64_t i = 0; i < numbers[1]; ++i) held.push_back(AttachTo<Primitive>(numbers[0]));
  // Half of the notes are crossed out again.
  for (uint64_t i = 0; i < numbers[1]; i += 2) held[i] = {};
  core::Semaphore(ready->cell(), Scope::kShared).Release(1, 1);
  for (;;) pause();
}

TEST_CASE("family processes: many bury the same one, and each thing is let go of once" *
          doctest::skip(kNoRoles)) {
  auto lock = Make(PrimitiveKind::kLock);
  auto ready = Make(PrimitiveKind::kSemaphore);
  auto other = Make(PrimitiveKind::kLock);
  for (int round = 0; round < Soak(20); ++round) {
    // Somebody else's holding would fall, too, if one were let go of twice.
    std::vector<Ref<Primitive>> mine;
    for (int i = 0; i < 50; ++i) mine.push_back(AttachTo<Primitive>(lock->SharedName().value()));
    Child child =
        StartRole("holds_many", {lock->SharedName().value(), 200, ready->SharedName().value()});
    while (core::Semaphore(ready->cell(), Scope::kShared).TryAcquire(false).outcome !=
           Outcome::kDone) {
      usleep(100);
    }
    Child helper = StartRole("buries", {child.place, ready->SharedName().value()});
    while (core::Semaphore(ready->cell(), Scope::kShared).TryAcquire(false).outcome !=
           Outcome::kDone) {
      usleep(100);
    }
    kill(child.pid, SIGKILL);
    siginfo_t info;
    REQUIRE(waitid(P_PID, static_cast<id_t>(child.pid), &info, WEXITED | WNOWAIT) == 0);
    Together(3, [&](int) {
      for (int i = 0; i < 3; ++i) Processes().Bury(child.place);
    });
    CHECK(Await(child) == -1);
    CHECK(Await(helper) == 0);
    AwaitThat([&] { return Holders(*lock) <= 51; });
    REQUIRE(Holders(*lock) == 51);
  }
}

ROLE(buries) {
  auto ready = AttachTo<Primitive>(numbers[1]);
  auto place = static_cast<uint32_t>(numbers[0]);
  core::Semaphore(ready->cell(), Scope::kShared).Release(1, 1);
  while (Processes().IsThere(place)) continue;
  for (int i = 0; i < 3; ++i) Processes().Bury(place);
  return 0;
}

TEST_CASE("family processes: who is killed while he buries is no reason to leave anything" *
          doctest::skip(kNoRoles)) {
  Census before = TakeCensus();
  auto lock = Make(PrimitiveKind::kLock);
  auto held = Make(PrimitiveKind::kLock);
  auto ready = Make(PrimitiveKind::kSemaphore);
  Random random(3);
  const int kills = Soak(HEDDLE_TSAN ? 10 : 100);
  int stuck = 0;
  for (int round = 0; round < kills; ++round) {
    Child dead = StartRole("holds_much", {lock->SharedName().value(), ready->SharedName().value(),
                                          held->SharedName().value()});
    auto await_ready = [&] {
      while (core::Semaphore(ready->cell(), Scope::kShared).TryAcquire(false).outcome !=
             Outcome::kDone) {
        usleep(50);
      }
    };
    await_ready();
    Child reaper = StartRole("buries_until_killed",
                             {dead.place, ready->SharedName().value(), random.Below(1'200'000)});
    await_ready();
    kill(dead.pid, SIGKILL);
    // First the one who was burying; then others take its place before anybody looks.
    CHECK(Await(reaper) == -1);
    Child next[] = {StartRole("pauses_here", {}), StartRole("pauses_here", {})};
    CHECK(Await(dead) == -1);
    if ((held->word().value & Lock::kAbandoned) == 0) ++stuck;
    Lock(held->cell(), Scope::kShared).Recover();
    for (Child child : next) Kill(child);
    REQUIRE(Holders(*lock) <= static_cast<uint32_t>(round) + 2);
  }
  Census after = TakeCensus();
  MESSAGE(kills << " kills of who buries, holders too many: " << Holders(*lock) - 1
                << ", units: " << after.units - before.units);
  CHECK(stuck == 0);
  // The name that was just being let go of, now and then.
  CHECK(Holders(*lock) <= 1 + static_cast<uint32_t>(kills) / 5);
  lock = {};
  CHECK(after.units - before.units <= kills / 2);
  CHECK(FreePlace() < 8);
}

ROLE(holds_much) {
  auto held = AttachTo<Primitive>(numbers[2]);
  auto ready = AttachTo<Primitive>(numbers[1]);
  Lock(held->cell(), Scope::kShared).TryAcquire(core::SharedHolder(1), false);
  std::vector<Ref<core::Resource>> all;
  for (int i = 0; i < 300; ++i) all.push_back(Attach(numbers[0]));
  for (int i = 0; i < 6; ++i) {
    auto channel = Channel::Create(Scope::kShared, 0).value();
    std::vector<char> bytes(i % 2 == 0 ? 500'000 : 100'000);
    core::Outgoing message;
    message.payload = bytes.data();
    message.size = bytes.size();
    core::Resource* attached[] = {all[0].get()};
    message.attachments = attached;
    message.attachment_count = 1;
    channel->TryPut(message, nullptr);
    all.push_back(Ref<core::Resource>::Adopt(channel.Leak()));
  }
  core::Semaphore(ready->cell(), Scope::kShared).Release(1, 1);
  for (;;) pause();
}

ROLE(buries_until_killed) {
  auto ready = AttachTo<Primitive>(numbers[1]);
  auto place = static_cast<uint32_t>(numbers[0]);
  core::Semaphore(ready->cell(), Scope::kShared).Release(1, 1);
  while (Processes().IsThere(place)) continue;
  DieAfter(static_cast<int64_t>(numbers[2]));
  Processes().Bury(place);
  for (;;) pause();
}

ROLE(pauses_here) {
  for (;;) pause();
}

TEST_CASE("family processes: a bell is heard in another process, each time" *
          doctest::skip(kNoRoles)) {
  auto event = Make(PrimitiveKind::kSemaphore);
  auto heard = Make(PrimitiveKind::kSemaphore);
  core::Semaphore semaphore(event->cell(), Scope::kShared);
  core::Semaphore answer(heard->cell(), Scope::kShared);
  // In a place with a bit of its own, and in one that shares it.
  for (bool far : {false, true}) {
    CAPTURE(far);
    std::vector<uint32_t> reserved;
    while (far && FreePlace() < 35) reserved.push_back(Processes().Reserve(0).value());
    std::vector<Child> listeners;
    for (int i = 0; i < 2; ++i) {
      listeners.push_back(
          StartRole("listens", {event->SharedName().value(), heard->SharedName().value()}));
    }
    CHECK((listeners[0].place >= 31) == far);
    auto hear = [&](int count) {
      for (int i = 0; i < count; ++i) {
        while (answer.TryAcquire(false).outcome != Outcome::kDone) usleep(20);
      }
    };
    hear(2);  // They listen.
    int64_t begun = os::MonotonicNanos();
    const int rounds = Soak(HEDDLE_TSAN ? 30 : 200);
    for (int round = 0; round < rounds; ++round) {
      semaphore.Release(2, 100);
      hear(2);
    }
    // Not by looking about once a second.
    CHECK(os::MonotonicNanos() - begun < rounds * int64_t{100'000'000});
    // The first one's death takes nobody's bell away; and all look after it.
    Kill(listeners[0]);
    semaphore.Release(1, 100);
    hear(1);
    Kill(listeners[1]);
    for (uint32_t place : reserved) Processes().Bury(place);
  }
}

ROLE(listens) {
  auto event = AttachTo<Primitive>(numbers[0]);
  auto heard = AttachTo<Primitive>(numbers[1]);
  core::Semaphore semaphore(event->cell(), Scope::kShared);
  Bell bell;
  core::Listen(&event->word(), &bell, Scope::kShared);
  core::Semaphore(heard->cell(), Scope::kShared).Release(1, 100);
  for (int seen = 0;;) {
    bool waited = seen != 0;
    seen = bell.rings;
    while (semaphore.TryAcquire(waited).outcome == Outcome::kDone) {
      core::Semaphore(heard->cell(), Scope::kShared).Release(1, 100);
    }
    while (bell.rings == seen) usleep(20);
  }
}

TEST_CASE("family processes: promises here are rung by another process, and by its death" *
          doctest::skip(kNoRoles)) {
  auto cell = Make(PrimitiveKind::kSemaphore);
  core::Semaphore semaphore(cell->cell(), Scope::kShared);
  Bell bell;
  core::Listen(&cell->word(), &bell, Scope::kShared);
  CHECK(semaphore.TryAcquire(false).outcome == Outcome::kWait);
  Child child = StartRole("releases", {cell->SharedName().value(), 1});
  // Rung for another's end, too: so look, and only when rung.
  for (int heard = 0; semaphore.TryAcquire(true).outcome != Outcome::kDone; heard = bell.rings) {
    AwaitThat([&] { return bell.rings != heard; });
  }
  CHECK(Await(child) == 0);
  // One that changes the word, and dies before it wakes anybody.
  int heard = bell.rings;
  child = StartRole("releases", {cell->SharedName().value(), 0});
  CHECK(Await(child) == -1);
  CHECK(semaphore.Value() == 1);
  CHECK(bell.rings > heard);
  core::StopListening(&cell->word(), &bell, Scope::kShared);
  CHECK(cell->word().listeners == 0);
}

ROLE(releases) {
  auto cell = AttachTo<Primitive>(numbers[0]);
  if (numbers[1] != 0) {
    core::Semaphore(cell->cell(), Scope::kShared).Release(1, 1);
    return 0;
  }
  cell->word().value.store(1);
  kill(getpid(), SIGKILL);
  return 1;
}

TEST_CASE("family processes: who is nobody's child any more is found dead by who looks about" *
          doctest::skip(kNoRoles)) {
  auto lock = Make(PrimitiveKind::kLock);
  Child child = StartRole("holds_a_lock", {lock->SharedName().value()});
  while (!Lock(lock->cell(), Scope::kShared).IsHeld()) usleep(100);
  usleep(110'000);
  Processes().BuryDead();
  CHECK((lock->word().value & Lock::kAbandoned) == 0);
  kill(child.pid, SIGKILL);
  siginfo_t info;
  REQUIRE(waitid(P_PID, static_cast<id_t>(child.pid), &info, WEXITED | WNOWAIT) == 0);
  usleep(110'000);
  Processes().BuryDead();
  CHECK((lock->word().value & Lock::kAbandoned) != 0);
  CHECK(Holders(*lock) == 1);
  CHECK(Await(child) == -1);
}

ROLE(holds_a_lock) {
  auto lock = AttachTo<Primitive>(numbers[0]);
  Lock(lock->cell(), Scope::kShared).TryAcquire(core::SharedHolder(1), false);
  for (;;) pause();
}

TEST_CASE("family processes: whoever has no descriptor left takes nobody for dead" *
          doctest::skip(kNoRoles)) {
  CHECK(RunAlone("looks_without_descriptors") == 0);
}

ROLE(looks_without_descriptors) {
  auto lock = Make(PrimitiveKind::kLock);
  Child child = StartRole("holds_a_lock", {lock->SharedName().value()});
  while (!Lock(lock->cell(), Scope::kShared).IsHeld()) usleep(100);
  while (dup(0) >= 0) continue;
  usleep(110'000);
  Processes().BuryDead();
  Processes().BuryChild(child.pid);
  INSIST((lock->word().value & Lock::kAbandoned) == 0);
  INSIST(Holders(*lock) == 2);
  INSIST(Processes().IsThere(child.place));
  Kill(child);
  StopNursery();
  // Not even the leak checker has a descriptor to look with.
  _exit(0);
}

}  // namespace heddle::test
