#include "core/family.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "family_support.h"

namespace heddle::test {
namespace {

using core::Family;
using core::Offset;

constexpr size_t kUnit = Family::kUnit;

Family& TheFamily() { return *Family::Get().value(); }

bool IsZero(const std::byte* bytes, size_t size) {
  return std::all_of(bytes, bytes + size, [](std::byte byte) { return byte == std::byte{0}; });
}

int UnitsOf(uint32_t owner) {
  int units = 0;
  TheFamily().ForEachUnit([&](Offset, uint32_t of) { units += of == owner; });
  return units;
}

/// A mark that nobody else has.
uint32_t SomeOwner() {
  static Offset unit = TheFamily().Allocate(kUnit, TheFamily().OwnedHere()).value();
  return TheFamily().OwnedByChannel(unit);
}

}  // namespace

TEST_CASE("family: there is one, and it is founded by who needs it first") {
  CHECK(Family::Get().value() == &TheFamily());
  CHECK(Family::Current() == &TheFamily());
  CHECK(TheFamily().OffsetOf(TheFamily().At<char>(12345)) == 12345);
  CHECK(fcntl(TheFamily().descriptor(), F_GETFD) == FD_CLOEXEC);
}

TEST_CASE("family: memory is zeroed, in whole units, its owner's, and given back") {
  uint32_t owner = SomeOwner();
  for (size_t size : {size_t{1}, kUnit, kUnit + 1, 7 * kUnit}) {
    CAPTURE(size);
    size_t whole = (size + kUnit - 1) / kUnit * kUnit;
    Offset first = 0;
    for (int i = 0; i < 3; ++i) {
      Offset place = TheFamily().Allocate(size, owner).value();
      if (i == 0) first = place;
      // What was freed is the first that is used again.
      CHECK(place == first);
      CHECK(place % 4096 == 0);
      CHECK(UnitsOf(owner) == static_cast<int>(whole / kUnit));
      auto* bytes = TheFamily().At<std::byte>(place);
      REQUIRE(IsZero(bytes, whole));
      std::memset(bytes, 0xa5, whole);
      TheFamily().Free(place, size);
      CHECK(UnitsOf(owner) == 0);
    }
  }
}

TEST_CASE("family: the first place that is large enough is used, and lower ones first again") {
  uint32_t owner = SomeOwner();
  std::vector<Offset> places;
  for (int i = 0; i < 6; ++i) places.push_back(TheFamily().Allocate(kUnit, owner).value());
  TheFamily().Free(places[1], kUnit);
  TheFamily().Free(places[3], kUnit);
  TheFamily().Free(places[4], kUnit);
  CHECK(TheFamily().Allocate(2 * kUnit, owner).value() == places[3]);
  TheFamily().Free(places[0], kUnit);
  CHECK(TheFamily().Allocate(1, owner).value() == places[0]);
  CHECK(TheFamily().Allocate(1, owner).value() == places[1]);
  TheFamily().FreeAll(owner, [](Offset) { return false; });
  CHECK(UnitsOf(owner) == 0);
}

TEST_CASE("family: units can be passed on, and all of an owner's freed but some") {
  uint32_t owner = SomeOwner(), here = TheFamily().OwnedHere();
  int before = UnitsOf(here);
  Offset place = TheFamily().Allocate(3 * kUnit, here).value();
  CHECK(UnitsOf(here) == before + 3);
  TheFamily().Pass(place, 3 * kUnit - 5, owner);
  CHECK(UnitsOf(here) == before);
  CHECK(UnitsOf(owner) == 3);
  std::memset(TheFamily().At<char>(place), 1, 3 * kUnit);
  TheFamily().FreeAll(owner, [&](Offset unit) { return unit == place + kUnit; });
  CHECK(UnitsOf(owner) == 1);
  CHECK(*TheFamily().At<char>(place + kUnit) == 1);
  CHECK(*TheFamily().At<char>(place) == 0);
  CHECK(*TheFamily().At<char>(place + 2 * kUnit) == 0);
  TheFamily().Free(place + kUnit, kUnit);
}

TEST_CASE("family: more than there is cannot be had, and nothing is lost by asking") {
  uint32_t owner = SomeOwner();
  for (size_t size : {Family::kMostUnits * kUnit + 1, SIZE_MAX - 3 * kUnit, SIZE_MAX}) {
    auto failed = TheFamily().Allocate(size, owner);
    REQUIRE_FALSE(failed.ok());
    CHECK(failed.failure().error == ENOMEM);
  }
  CHECK(UnitsOf(owner) == 0);
}

TEST_CASE("family: threads never get the same units") {
  std::atomic<int> clashes{0};
  Together(4, [&](int number) {
    Random random(static_cast<uint64_t>(number));
    auto mark = static_cast<std::byte>(number + 1);
    struct Part {
      Offset place;
      size_t size;
    };
    std::vector<Part> mine;
    for (int i = 0; i < Soak(400); ++i) {
      size_t size = (1 + random.Below(4)) * kUnit;
      Offset place = TheFamily().Allocate(size, TheFamily().OwnedHere()).value();
      for (size_t at = 0; at < size; at += kUnit) {
        auto* byte = TheFamily().At<std::byte>(place + at);
        if (*byte != std::byte{0}) ++clashes;
        *byte = mark;
      }
      mine.push_back({place, size});
      if (mine.size() < 8) continue;
      for (Part part : mine) {
        for (size_t at = 0; at < part.size; at += kUnit) {
          if (*TheFamily().At<std::byte>(part.place + at) != mark) ++clashes;
        }
        TheFamily().Free(part.place, part.size);
      }
      mine.clear();
    }
    for (Part part : mine) TheFamily().Free(part.place, part.size);
  });
  CHECK(clashes.load() == 0);
}

TEST_CASE("family: what is no family's memory is not joined" * doctest::skip(kNoRoles)) {
  CHECK(Family::Join(TheFamily().descriptor(), 5).failure().error == EALREADY);
  CHECK(RunAlone("joins_nonsense") == 0);
}

ROLE(joins_nonsense) {
  int descriptor = -1;
  INSIST(!Family::Join(-1, 0).ok());
  os::Mapping mapping = os::MapShared(4096, &descriptor).value();
  INSIST(Family::Join(descriptor, 0).failure().error == EPROTO);
  os::Unmap(mapping);
  mapping = os::MapShared(4 << 20, &descriptor).value();
  INSIST(Family::Join(descriptor, 0).failure().error == EPROTO);
  INSIST(Family::Current() == nullptr);
  return 0;
}

TEST_CASE("family: a full one says so, loses nothing, and goes on when there is room again" *
          doctest::skip(kNoRoles)) {
  CHECK(RunAlone("fills_a_small_family") == 0);
}

ROLE(fills_a_small_family) {
  constexpr uint64_t kUnits = 64;
  Family& family = *Family::Get(kUnits).value();
  auto count = [&] {
    uint64_t units = 0;
    family.ForEachUnit([&](Offset, uint32_t) { ++units; });
    return units;
  };
  auto shared = [] { return core::Channel::Create(Scope::kShared, 0); };
  core::Ref<core::Channel> channel = shared().value();
  uint64_t before = count();
  // To the last unit, and no further.
  std::vector<Offset> places;
  for (uint64_t left = kUnits - before; left > 0; --left) {
    places.push_back(family.Allocate(1, family.OwnedHere()).value());
  }
  INSIST(family.Allocate(1, family.OwnedHere()).failure().error == ENOMEM);
  INSIST(shared().failure().error == ENOMEM);
  INSIST(count() == kUnits);

  // A ring that cannot grow, and a payload that finds no room.
  std::vector<char> bytes(300'000);
  core::Outgoing message;
  message.payload = bytes.data();
  auto put = [&](size_t size) {
    message.size = size;
    return channel->TryPut(message, nullptr);
  };
  INSIST(put(bytes.size()) == Outcome::kNoMemory);
  INSIST(put(30'000) == Outcome::kDone);
  INSIST(put(30'000) == Outcome::kNoMemory);
  INSIST(channel->Size() == 1);
  auto lock = core::Primitive::Create(core::PrimitiveKind::kLock, Scope::kShared);
  INSIST(!lock.ok() && lock.failure().error == ENOMEM);

  for (int i = 0; i < 6; ++i) {
    family.Free(places.back(), 1);
    places.pop_back();
  }
  // Freed from the end, but these are neighbours.
  INSIST(put(bytes.size()) == Outcome::kDone);
  INSIST(put(bytes.size()) == Outcome::kNoMemory);
  core::Incoming taken;
  TestParker& parker = TestParker::Make();
  INSIST(channel->Take(taken, 0, parker) == Outcome::kDone && taken.size == 30'000);
  INSIST(channel->Take(taken, 0, parker) == Outcome::kDone && taken.size == bytes.size());
  INSIST(put(30'000) == Outcome::kDone);
  INSIST(put(30'000) == Outcome::kDone);
  channel = {};
  for (Offset place : places) family.Free(place, 1);
  INSIST(count() == before - 1);
  return 0;
}

}  // namespace heddle::test
