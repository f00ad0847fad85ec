#include "core/ring.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>

#include "core/family.h"
#include "support.h"

namespace heddle::test {
namespace {

using core::Family;
using core::Offset;
using core::Ring;
using core::RingState;

constexpr uint64_t kFirst = 4096;

/// A ring over either kind of memory.
struct Fixture {
  explicit Fixture(Scope scope) {
    if (scope == Scope::kPrivate) {
      ring = std::make_unique<Ring>(state);
      return;
    }
    Family& family = *Family::Get().value();
    Offset unit = family.Allocate(Family::kUnit, family.OwnedHere()).value();
    owner = family.OwnedByChannel(unit);
    family.Pass(unit, Family::kUnit, owner);
    first = Ring::Area(unit, kFirst);
    state.area = first;
    ring = std::make_unique<Ring>(state, first, owner);
  }
  ~Fixture() {
    if (owner != 0) Family::Current()->FreeAll(owner, [](Offset) { return false; });
  }
  /// How many units the ring has, with the one that it begins in.
  int Units() const {
    int units = 0;
    Family::Current()->ForEachUnit([&](Offset, uint32_t of) { units += of == owner; });
    return units;
  }

  bool Push(const std::vector<uint8_t>& bytes) {
    if (!ring->Reserve(bytes.size())) return false;
    ring->CopyIn(ring->tail(), bytes.data(), bytes.size());
    ring->PublishTail(ring->tail() + bytes.size());
    return true;
  }
  std::vector<uint8_t> Peek(size_t size) {
    std::vector<uint8_t> bytes(size);
    ring->CopyOut(ring->head(), bytes.data(), size);
    return bytes;
  }
  std::vector<uint8_t> Pop(size_t size) {
    std::vector<uint8_t> bytes = Peek(size);
    ring->PublishHead(ring->head() + size);
    return bytes;
  }

  RingState state;
  uint32_t owner = 0;
  uint64_t first = 0;
  std::unique_ptr<Ring> ring;
};

std::vector<uint8_t> Numbers(size_t size, uint32_t seed) {
  std::vector<uint8_t> bytes(size);
  Random random(seed);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.Next());
  return bytes;
}

}  // namespace

TEST_CASE("ring: grows with its contents wrapped at any offset") {
  Scope scope = EachScope();
  auto before = Numbers(4090, 1);
  auto added = Numbers(9000, 2);
  // One ring with each offset of the head, so that contents wrap at every byte.
  for (size_t offset = 0; offset <= 4096; offset += HEDDLE_TSAN ? 61 : 7) {
    Fixture fixture(scope);
    REQUIRE(fixture.Push(std::vector<uint8_t>(offset)));
    fixture.Pop(offset);
    REQUIRE(fixture.Push(before));
    REQUIRE(fixture.Push(added));
    REQUIRE(fixture.Pop(before.size()) == before);
    REQUIRE(fixture.Pop(added.size()) == added);
    REQUIRE(fixture.ring->used() == 0);
  }
}

TEST_CASE("ring: grows several times its size at once") {
  Scope scope = EachScope();
  for (size_t offset : {0, 1, 2047, 4000, 4095}) {
    Fixture fixture(scope);
    fixture.Push(std::vector<uint8_t>(offset));
    fixture.Pop(offset);
    auto small = Numbers(4096, 3);
    auto large = Numbers(300'000, 4);
    REQUIRE(fixture.Push(small));
    REQUIRE(fixture.Push(large));
    REQUIRE(fixture.Pop(small.size()) == small);
    REQUIRE(fixture.Pop(large.size()) == large);
  }
}

TEST_CASE("ring: what lies in the old area stays whole while it grows") {
  // Who is killed before the new area is published leaves a ring with the old one.
  Fixture fixture(Scope::kShared);
  fixture.Push(std::vector<uint8_t>(3000));
  fixture.Pop(3000);
  auto bytes = Numbers(4096, 5);
  fixture.Push(bytes);
  REQUIRE(fixture.ring->Reserve(1));
  CHECK(fixture.ring->capacity() == 8192);
  CHECK(fixture.Peek(4096) == bytes);
  fixture.state.area = fixture.first;
  CHECK(fixture.ring->capacity() == 4096);
  CHECK(fixture.Peek(4096) == bytes);
}

TEST_CASE("ring: in the family's memory it has its first area and one more, and covers that") {
  Fixture fixture(Scope::kShared);
  CHECK(fixture.Units() == 1);
  Offset unit = fixture.first & ~uint64_t{63};
  CHECK(fixture.ring->Covers(unit));
  size_t pushed = 0;
  for (size_t size : {5000, 70'000, 300'000}) {
    REQUIRE(fixture.Push(std::vector<uint8_t>(size)));
    pushed += size;
    uint64_t area = fixture.state.area & ~uint64_t{63};
    CHECK_FALSE(fixture.ring->Covers(unit));
    CHECK(fixture.ring->Covers(area));
    CHECK(fixture.ring->Covers(area + fixture.ring->capacity() - 1));
    CHECK_FALSE(fixture.ring->Covers(area + fixture.ring->capacity()));
    auto units = std::max<uint64_t>(fixture.ring->capacity() / Family::kUnit, 1);
    CHECK(fixture.Units() == static_cast<int>(units) + 1);
  }
  fixture.Pop(pushed);
}

TEST_CASE("ring: a large one that has become empty gives its memory back") {
  Scope scope = EachScope();
  Fixture fixture(scope);
  fixture.Push(Numbers(3 << 20, 7));
  fixture.Pop(1000);
  CHECK(fixture.ring->capacity() == 4 << 20);
  fixture.Pop((3 << 20) - 1000);
  CHECK(fixture.ring->capacity() == 4096);
  if (scope == Scope::kShared) {
    CHECK(fixture.Units() == 1);
    CHECK(fixture.state.area == fixture.first);
  }
  auto bytes = Numbers(4096, 8);
  REQUIRE(fixture.Push(bytes));
  CHECK(fixture.Pop(4096) == bytes);
}

TEST_CASE("ring: behaves as a deque of bytes") {
  Scope scope = EachScope();
  for (uint32_t seed = 1; seed <= static_cast<uint32_t>(Soak(6)); ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Fixture fixture(scope);
    std::deque<uint8_t> model;
    for (int step = 0; step < 2000; ++step) {
      uint32_t most = random.Below(20) == 0 ? 40'000 : 600;
      if (random.Below(100) < 52) {
        auto bytes = Numbers(random.Below(most), random.Next());
        REQUIRE(fixture.Push(bytes));
        model.insert(model.end(), bytes.begin(), bytes.end());
      } else {
        size_t size = std::min<size_t>(random.Below(most), model.size());
        auto end = model.begin() + static_cast<std::ptrdiff_t>(size);
        REQUIRE(fixture.Pop(size) == std::vector<uint8_t>(model.begin(), end));
        model.erase(model.begin(), end);
      }
      REQUIRE(fixture.ring->used() == model.size());
    }
  }
}

}  // namespace heddle::test
