#include "core/family_heap.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "core/shared_block.h"
#include "family_support.h"

namespace heddle::test {
namespace {

using core::Family;
using core::FamilyHeap;
using core::Offset;
using core::Ref;
using core::SharedBlock;

/// The header before the data.
constexpr size_t kHeader = 16;

FamilyHeap Heap() { return FamilyHeap(*Family::Get().value()); }
Ref<SharedBlock> Make(size_t size) { return SharedBlock::Create(size).value(); }
Offset OffsetOf(SharedBlock& block) { return block.SharedName().value() & ~uint64_t{15}; }

bool IsFilled(const os::Mapping& memory, std::byte with) {
  return std::all_of(memory.base, memory.base + memory.size,
                     [&](std::byte found) { return found == with; });
}
void Fill(const os::Mapping& memory, int with) { std::memset(memory.base, with, memory.size); }

}  // namespace

TEST_CASE("family heap: what a block takes is little more than what was asked for") {
  size_t before = 0;
  for (size_t size = 0; size + kHeader <= FamilyHeap::kLargestStride; ++size) {
    size_t stride = FamilyHeap::StrideOf(size);
    REQUIRE(stride >= size + kHeader);
    REQUIRE(stride % 16 == 0);
    REQUIRE(stride >= before);
    REQUIRE(stride <= std::max<size_t>(32, (size + kHeader) * 5 / 4 + 16));
    before = stride;
  }
  CHECK(before == FamilyHeap::kLargestStride);
}

TEST_CASE("family heap: blocks of all sizes are zeroed, aligned and apart" *
          doctest::skip(kNoRoles)) {
  Ref<SharedBlock> first = Make(8);  // So that there are notes.
  first = {};
  Census before = TakeCensus();
  std::vector<Ref<SharedBlock>> blocks;
  std::vector<std::byte*> ends{nullptr};
  for (size_t size : {0,   1,    4,    8,    15,    16,    17,      100, 112,  113,
                      500, 4000, 8176, 8177, 65520, 65521, 1000000, 3,   8176, 200000}) {
    for (int i = 0; i < 20; ++i) {
      blocks.push_back(Make(size));
      os::Mapping memory = blocks.back()->memory();
      REQUIRE(memory.size == size);
      REQUIRE(reinterpret_cast<uintptr_t>(memory.base) % 16 == 0);
      REQUIRE(IsFilled(memory, std::byte{0}));
      Fill(memory, static_cast<int>(blocks.size() % 251) + 1);
    }
  }
  for (size_t i = 0; i < blocks.size(); ++i) {
    REQUIRE(IsFilled(blocks[i]->memory(), static_cast<std::byte>((i + 1) % 251 + 1)));
  }
  // Every other one goes, and comes back empty.
  for (size_t i = 0; i < blocks.size(); i += 2) {
    size_t size = blocks[i]->memory().size;
    blocks[i] = {};
    blocks[i] = Make(size);
    REQUIRE(IsFilled(blocks[i]->memory(), std::byte{0}));
    Fill(blocks[i]->memory(), static_cast<int>((i + 1) % 251) + 1);
  }
  for (size_t i = 0; i < blocks.size(); ++i) {
    REQUIRE(IsFilled(blocks[i]->memory(), static_cast<std::byte>((i + 1) % 251 + 1)));
  }
  blocks.clear();
  CHECK(TakeCensus().units == before.units);
}

TEST_CASE("family heap: small blocks share a unit, which goes back with the last of them" *
          doctest::skip(kNoRoles)) {
  Ref<SharedBlock> first = Make(8);  // So that there are notes.
  first = {};
  Census before = TakeCensus();
  std::vector<Ref<SharedBlock>> values;
  for (int i = 0; i < 2000; ++i) values.push_back(Make(8));
  CHECK(TakeCensus().units == before.units + 1);
  for (int i = 0; i < 2000; ++i) values.push_back(Make(8));
  CHECK(TakeCensus().units == before.units + 2);
  // Holes are filled before new memory is taken.
  for (size_t i = 0; i < values.size(); i += 3) values[i] = {};
  for (size_t i = 0; i < values.size(); i += 3) values[i] = Make(16);
  CHECK(TakeCensus().units == before.units + 2);
  std::reverse(values.begin(), values.end());
  values.resize(1);
  CHECK(TakeCensus().units == before.units + 1);
  values.clear();
  CHECK(TakeCensus().units == before.units);
}

TEST_CASE("family heap: a block lives as long as somebody holds it") {
  for (size_t size : {8, 100000}) {
    Ref<SharedBlock> block = Make(size);
    Offset place = OffsetOf(*block);
    Fill(block->memory(), 7);
    CHECK(Heap().Holders(place) == 1);
    Ref<core::Resource> second = Attach(block->SharedName().value());
    CHECK(Heap().Holders(place) == 2);
    CHECK(static_cast<SharedBlock*>(second.get())->memory().base == block->memory().base);
    block = {};
    CHECK(Heap().Holders(place) == 1);
    CHECK(IsFilled(static_cast<SharedBlock*>(second.get())->memory(), std::byte{7}));
  }
}

TEST_CASE("family heap: more than there is is refused, and changes nothing" *
          doctest::skip(kNoRoles)) {
  Census before = TakeCensus();
  CHECK(SharedBlock::Create(size_t{1} << 50).failure().error == ENOMEM);
  CHECK(SharedBlock::Create(~size_t{0}).failure().error == ENOMEM);
  CHECK(SharedBlock::Create(Family::kMostUnits * Family::kUnit).failure().error == ENOMEM);
  CHECK(TakeCensus().units == before.units);
}

TEST_CASE("family heap: another process has the same bytes, also when their maker is gone" *
          doctest::skip(kNoRoles)) {
  for (size_t size : {40, 300000}) {
    Ref<SharedBlock> block = Make(size);
    Fill(block->memory(), 3);
    Child child = StartRole("changes_a_block", {block->SharedName().value()});
    CHECK(Await(child) == 0);
    CHECK(IsFilled(block->memory(), std::byte{4}));
    CHECK(Heap().Holders(OffsetOf(*block)) == 1);
  }
  InFamily<std::atomic<uint64_t>> left;
  Child child = StartRole("leaves_a_block", {left.offset});
  while (left.value->load() == 0) usleep(50);
  Ref<SharedBlock> taken = AttachTo<SharedBlock>(left.value->load());
  Kill(child);
  CHECK(Heap().Holders(OffsetOf(*taken)) == 1);
  CHECK(IsFilled(taken->memory(), std::byte{9}));
}

ROLE(changes_a_block) {
  Ref<SharedBlock> block = AttachTo<SharedBlock>(numbers[0]);
  INSIST(IsFilled(block->memory(), std::byte{3}));
  Fill(block->memory(), 4);
  return 0;
}

ROLE(leaves_a_block) {
  Ref<SharedBlock> block = Make(1000);
  Fill(block->memory(), 9);
  FamilyValue<std::atomic<uint64_t>>(numbers[0]).store(block->SharedName().value());
  for (;;) pause();
}

namespace {

/// Makes and drops blocks of many sizes, and counts those that are not its own.
void Work(uint32_t mark, int times, std::atomic<int>& clashes) {
  std::vector<Ref<SharedBlock>> mine;
  uint32_t random = mark;
  for (int i = 0; i < times; ++i) {
    random = random * 1664525 + 1013904223;
    size_t size = (random >> 8) % ((random >> 28) == 0 ? 100000 : 300);
    mine.push_back(Make(size));
    if (!IsFilled(mine.back()->memory(), std::byte{0})) ++clashes;
    Fill(mine.back()->memory(), static_cast<int>(mark));
    if (mine.size() < 40) continue;
    size_t at = (random >> 4) % mine.size();
    if (!IsFilled(mine[at]->memory(), static_cast<std::byte>(mark))) ++clashes;
    std::swap(mine[at], mine.back());
    mine.pop_back();
  }
  for (const Ref<SharedBlock>& block : mine) {
    if (!IsFilled(block->memory(), static_cast<std::byte>(mark))) ++clashes;
  }
}

}  // namespace

TEST_CASE("family heap: threads and processes never share a block by mistake" *
          doctest::skip(kNoRoles)) {
  Census before = TakeCensus();
  {
    InFamily<std::atomic<int>> clashes;
    Child child =
        StartRole("makes_blocks", {clashes.offset, 9, static_cast<uint64_t>(Soak(4000)), 0});
    Together(2, [&](int number) {
      Work(static_cast<uint32_t>(number) + 1, Soak(4000), *clashes.value);
    });
    CHECK(Await(child) == 0);
    CHECK(clashes.value->load() == 0);
  }
  // One more block of notes may have been needed.
  CHECK(TakeCensus().units <= before.units + 1);
}

ROLE(makes_blocks) {
  if (numbers[3] != 0) DieAfter(static_cast<int64_t>(numbers[3]));
  Work(static_cast<uint32_t>(numbers[1]), static_cast<int>(numbers[2]),
       FamilyValue<std::atomic<int>>(numbers[0]));
  return 0;
}

TEST_CASE("family heap: processes that are killed at work leave nothing and disturb nobody" *
          doctest::skip(kNoRoles)) {
  Ref<SharedBlock> kept = Make(100);
  Fill(kept->memory(), 5);
  InFamily<std::atomic<int>> clashes;
  Census before = TakeCensus();
  const int rounds = Soak(60);
  for (int round = 0; round < rounds; ++round) {
    uint64_t nanos = 200'000 + static_cast<uint64_t>(round) * 7'919 % 1'500'000;
    Child first = StartRole("makes_blocks", {clashes.offset, 10, 1'000'000, nanos});
    Child second = StartRole("makes_blocks", {clashes.offset, 11, 1'000'000, nanos + 100'000});
    Work(12, 200, *clashes.value);
    CHECK(Await(first) == -1);
    CHECK(Await(second) == -1);
    REQUIRE(TakeCensus().units == before.units);
  }
  CHECK(clashes.value->load() == 0);
  CHECK(IsFilled(kept->memory(), std::byte{5}));
}

}  // namespace heddle::test
