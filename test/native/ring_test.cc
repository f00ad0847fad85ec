#include "core/ring.h"

#include <cstring>
#include <deque>
#include <memory>

#include "support.h"

namespace heddle::test {
namespace {

using core::Ring;
using core::RingState;

constexpr size_t kReserved = size_t{4} << 20;

/// A ring over either kind of memory.
struct Fixture {
  explicit Fixture(Scope scope) {
    if (scope == Scope::kPrivate) {
      ring = std::make_unique<Ring>(state);
    } else {
      memory = os::MapShared(kReserved, &descriptor).value();
      ring = std::make_unique<Ring>(state, memory);
    }
  }
  ~Fixture() {
    if (memory.base == nullptr) return;
    os::Unmap(memory);
    os::CloseDescriptor(descriptor);
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
  os::Mapping memory;
  int descriptor = -1;
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

TEST_CASE("ring: what lies under the old capacity stays whole while it grows") {
  // Who is killed before the new capacity is published leaves a ring with the old one.
  Fixture fixture(Scope::kShared);
  fixture.Push(std::vector<uint8_t>(3000));
  fixture.Pop(3000);
  auto bytes = Numbers(4096, 5);
  fixture.Push(bytes);
  REQUIRE(fixture.ring->Reserve(1));
  CHECK(fixture.state.capacity == 8192);
  CHECK(fixture.Peek(4096) == bytes);
  fixture.state.capacity = 4096;
  CHECK(fixture.Peek(4096) == bytes);
}

TEST_CASE("ring: a reserved one says when there is no more room") {
  Fixture fixture(Scope::kShared);
  auto bytes = Numbers(kReserved, 6);
  CHECK_FALSE(fixture.ring->Reserve(kReserved + 1));
  REQUIRE(fixture.Push(bytes));
  CHECK_FALSE(fixture.ring->Reserve(1));
  fixture.Pop(10);
  CHECK(fixture.ring->Reserve(10));
  CHECK_FALSE(fixture.ring->Reserve(11));
}

TEST_CASE("ring: a large one that has become empty gives its memory back") {
  Fixture fixture(Scope::kPrivate);
  fixture.Push(Numbers(3 << 20, 7));
  fixture.Pop(1000);
  CHECK(fixture.state.capacity == 4 << 20);
  fixture.Pop((3 << 20) - 1000);
  CHECK(fixture.state.capacity == 4096);
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
        if (fixture.Push(bytes)) {
          model.insert(model.end(), bytes.begin(), bytes.end());
        } else {
          REQUIRE(scope == Scope::kShared);
          REQUIRE(model.size() + bytes.size() > kReserved / 2);
        }
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
