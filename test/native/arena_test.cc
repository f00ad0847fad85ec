#include "core/arena.h"

#include <cstring>
#include <set>

#include "support.h"

namespace heddle::test {
namespace {

using core::Arena;
using core::Cell;
using core::CellPlace;

bool IsZero(const Cell& cell) {
  static const char zeros[sizeof(Cell)] = {};
  return std::memcmp(static_cast<const void*>(&cell), zeros, sizeof cell) == 0;
}

}  // namespace

TEST_CASE("arena: cells are zeroed, aligned and apart, over more than one slab") {
  Arena arena;
  std::set<Cell*> cells;
  for (uint32_t i = 0; i < 2 * Arena::kCellsPerSlab + 1; ++i) {
    CellPlace place = arena.Allocate().value();
    REQUIRE(IsZero(*place.cell));
    REQUIRE(reinterpret_cast<uintptr_t>(place.cell) % 64 == 0);
    REQUIRE(place.slab == i / Arena::kCellsPerSlab);
    REQUIRE(place.index == i % Arena::kCellsPerSlab);
    std::byte* expected = arena.Slab(place.slab).base + place.index * sizeof(Cell);
    REQUIRE(reinterpret_cast<std::byte*>(place.cell) == expected);
    REQUIRE(cells.insert(place.cell).second);
    for (core::Word& word : place.cell->extra) word = 0xffff'ffff;
  }
  // Never unmapped, by design: this test's slabs are, as nobody uses them after it.
  for (uint32_t slab = 0; slab < 3; ++slab) os::Unmap(arena.Slab(slab));
}

TEST_CASE("arena: a freed cell is zeroed and used again") {
  Arena& arena = Arena::OfProcess();
  CellPlace place = arena.Allocate().value();
  place.cell->word.value = 5;
  for (core::Word& word : place.cell->extra) word = 6;
  arena.Free(place);
  CellPlace again = arena.Allocate().value();
  CHECK(again.cell == place.cell);
  CHECK(again.slab == place.slab);
  CHECK(again.index == place.index);
  CHECK(IsZero(*again.cell));
  arena.Free(again);
}

TEST_CASE("arena: threads never share a cell") {
  Arena& arena = Arena::OfProcess();
  std::atomic<int> clashes{0};
  Together(4, [&](int number) {
    uint32_t mark = static_cast<uint32_t>(number) + 1;
    std::vector<CellPlace> mine;
    for (int i = 0; i < Soak(3000); ++i) {
      mine.push_back(arena.Allocate().value());
      if (mine.back().cell->extra[0].exchange(mark) != 0) ++clashes;
      if (mine.size() == 32) {
        for (CellPlace place : mine) {
          if (place.cell->extra[0] != mark) ++clashes;
          arena.Free(place);
        }
        mine.clear();
      }
    }
    for (CellPlace place : mine) arena.Free(place);
  });
  CHECK(clashes.load() == 0);
}

}  // namespace heddle::test
