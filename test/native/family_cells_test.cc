#include "core/family_cells.h"

#include <set>

#include "family_support.h"

namespace heddle::test {
namespace {

using core::Cell;
using core::CellPlace;
using core::Family;
using core::FamilyCells;
using core::Offset;

/// A kind that no primitive has.
constexpr uint8_t kKind = 77;

FamilyCells Cells() { return FamilyCells(*Family::Get().value()); }
Offset OffsetOf(const CellPlace& place) { return Family::Current()->OffsetOf(place.cell); }

int Count(uint8_t kind) {
  int count = 0;
  Cells().ForEach(kind, [&](Cell&, Offset) { ++count; });
  return count;
}

bool IsZero(const Cell& cell) {
  for (const core::Word& word : cell.extra) {
    if (word != 0) return false;
  }
  return cell.word.value == 0;
}

}  // namespace

TEST_CASE("family cells: zeroed, aligned and apart, over more than one slab" *
          doctest::skip(kNoRoles)) {
  std::set<Cell*> cells;
  std::vector<CellPlace> places;
  for (uint32_t i = 0; i < 2 * FamilyCells::kPerSlab + 1; ++i) {
    CellPlace place = Cells().Allocate(kKind).value();
    REQUIRE(IsZero(*place.cell));
    REQUIRE(reinterpret_cast<uintptr_t>(place.cell) % 64 == 0);
    std::byte* expected = Cells().Slab(place.slab).base + place.index * sizeof(Cell);
    REQUIRE(reinterpret_cast<std::byte*>(place.cell) == expected);
    REQUIRE(place.index * sizeof(Cell) >= 4096);
    REQUIRE(place.index * sizeof(Cell) < Family::kUnit);
    REQUIRE(cells.insert(place.cell).second);
    REQUIRE(Cells().KindOf(OffsetOf(place)) == kKind);
    CellPlace same = Cells().PlaceOf(OffsetOf(place));
    REQUIRE((same.cell == place.cell && same.slab == place.slab && same.index == place.index));
    for (core::Word& word : place.cell->extra) word = 0xffff'ffff;
    places.push_back(place);
  }
  CHECK(Count(kKind) == static_cast<int>(places.size()));
  for (const CellPlace& place : places) Cells().Release(OffsetOf(place));
  CHECK(Count(kKind) == 0);
  // The slabs stay, and are used again.
  int units = TakeCensus().units;
  for (CellPlace& place : places) {
    place = Cells().Allocate(kKind).value();
    REQUIRE(IsZero(*place.cell));
  }
  CHECK(TakeCensus().units == units);
  for (const CellPlace& place : places) Cells().Release(OffsetOf(place));
}

TEST_CASE("family cells: one lives as long as somebody holds it") {
  CellPlace place = Cells().Allocate(kKind).value();
  Offset cell = OffsetOf(place);
  CHECK(Cells().Holders(cell) == 1);
  place.cell->word.value = 9;
  Cells().Retain(cell);
  Cells().Retain(cell);
  CHECK(Cells().Holders(cell) == 3);
  Cells().Release(cell);
  Cells().Release(cell);
  CHECK(place.cell->word.value == 9);
  CHECK(Count(kKind) == 1);
  Cells().Release(cell);
  CHECK(IsZero(*place.cell));
  CHECK(Count(kKind) == 0);
  CHECK(Cells().KindOf(cell) == 0);
}

TEST_CASE("family cells: threads and processes never share one" * doctest::skip(kNoRoles)) {
  InFamily<std::atomic<int>> clashes;
  Child child = StartRole("takes_cells", {clashes.offset, 9, static_cast<uint64_t>(Soak(3000))});
  Together(3, [&](int number) {
    std::vector<CellPlace> mine;
    uint32_t mark = static_cast<uint32_t>(number) + 1;
    for (int i = 0; i < Soak(3000); ++i) {
      mine.push_back(Cells().Allocate(kKind).value());
      if (mine.back().cell->extra[0].exchange(mark) != 0) ++*clashes.value;
      if (mine.size() < 32 && i + 1 < Soak(3000)) continue;
      for (const CellPlace& place : mine) {
        if (place.cell->extra[0] != mark) ++*clashes.value;
        Cells().Release(OffsetOf(place));
      }
      mine.clear();
    }
  });
  CHECK(Await(child) == 0);
  CHECK(clashes.value->load() == 0);
  CHECK(Count(kKind) == 0);
}

ROLE(takes_cells) {
  auto& clashes = FamilyValue<std::atomic<int>>(numbers[0]);
  auto mark = static_cast<uint32_t>(numbers[1]);
  for (uint64_t i = 0; i < numbers[2]; ++i) {
    CellPlace place = Cells().Allocate(kKind).value();
    if (place.cell->extra[0].exchange(mark) != 0) ++clashes;
    if (i % 16 == 0) std::this_thread::yield();
    if (place.cell->extra[0] != mark) ++clashes;
    Cells().Release(OffsetOf(place));
  }
  return 0;
}

}  // namespace heddle::test
