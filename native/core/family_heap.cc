#include "core/family_heap.h"

#include <bit>
#include <cerrno>
#include <cstring>

#include "core/resource.h"

namespace heddle::core {
namespace {

/// Strides of 32, 48, … 128 bytes, then four for each doubling.
constexpr size_t kStep = 16;
constexpr size_t kFewest = 32;
constexpr size_t kStepsEnd = 128;
constexpr size_t kSteps = (kStepsEnd - kFewest) / kStep + 1;

}  // namespace

size_t FamilyHeap::StrideOfClass(size_t number) {
  if (number < kSteps) return kFewest + number * kStep;
  size_t base = kStepsEnd << (number - kSteps) / 4;
  return base + base / 4 * ((number - kSteps) % 4 + 1);
}

size_t FamilyHeap::ClassOf(size_t size) {
  size_t needed = size + sizeof(BlockHeader);
  if (needed <= kFewest) return 0;
  if (needed <= kStepsEnd) return (needed - kFewest + kStep - 1) / kStep;
  size_t base = std::bit_floor(needed - 1);
  size_t quarter = (needed - 1 - base) / (base / 4);
  auto doublings = static_cast<size_t>(std::countr_zero(base / kStepsEnd));
  return kSteps + doublings * 4 + quarter;
}

size_t FamilyHeap::StrideOf(size_t size) { return StrideOfClass(ClassOf(size)); }

void FamilyHeap::Lock() {
  static_assert(kSteps + 4 * std::countr_zero(kLargestStride / kStepsEnd) == Family::kBlockClasses);
  if (family_.header().heap_guard.guard.Lock()) Repair();
}

void FamilyHeap::Repair() {
  family_.ForEachUnit([&](Offset unit, uint32_t owner) {
    if (!(owner & kPage)) return;
    PageHeader& page = PageOf(unit);
    page.live = 0;
    page.first = 0;
    for (uint32_t i = 0; i < Capacity(page); ++i) {
      if (HeaderOf(BlockOf(unit, i)).use.load() != 0) ++page.live;
    }
    // He was about to use its first block, or has just freed its last.
    if (page.live == 0) FreePage(unit);
  });
}

bool FamilyHeap::HasRoom(Offset unit, size_t number) const {
  if (family_.OwnerOf(unit) != (kPage | number)) return false;
  const PageHeader& page = PageOf(unit);
  return page.live < Capacity(page);
}

os::Result<Offset> FamilyHeap::FindPage(size_t number) {
  auto& hint = family_.header().heap_hints[number];
  Offset hinted = family_.units_ + hint.load(std::memory_order_relaxed) * Family::kUnit;
  if (HasRoom(hinted, number)) return hinted;
  uint64_t end = family_.header().end.load();
  for (uint64_t unit = 0; unit < end; ++unit) {
    if (!HasRoom(family_.units_ + unit * Family::kUnit, number)) continue;
    hint.store(unit, std::memory_order_relaxed);
    return family_.units_ + unit * Family::kUnit;
  }
  os::Result<Offset> made = family_.Allocate(Family::kUnit, family_.OwnedHere());
  if (!made.ok()) return made;
  PageOf(made.value()).stride = static_cast<uint32_t>(StrideOfClass(number));
  // It is ours until it is whole, so that it goes with us if we are killed.
  family_.Pass(made.value(), Family::kUnit, kPage | static_cast<uint32_t>(number));
  hint.store(family_.UnitOf(made.value()), std::memory_order_relaxed);
  return made;
}

uint32_t FamilyHeap::FindFree(Offset page) const {
  uint32_t index = PageOf(page).first;
  while (HeaderOf(BlockOf(page, index)).use.load(std::memory_order_relaxed) != 0) ++index;
  return index;
}

void FamilyHeap::Claim(Offset block, size_t size, FamilyProcesses::Holding* holding) {
  BlockHeader& header = HeaderOf(block);
  header.size = size;
  header.use.store(MarkHere() | 1);
  FamilyProcesses::Note(holding, block | static_cast<uint64_t>(Resource::Kind::kBlock));
  // From here on the note is what it is found by. Nobody else knows the block yet.
  header.use.store(1);
}

os::Result<Offset> FamilyHeap::Allocate(size_t size, FamilyProcesses::Holding* holding) {
  if (size > Family::kMostUnits * Family::kUnit) return os::Failure{ENOMEM, "heddle"};
  if (size + sizeof(BlockHeader) > kLargestStride) return AllocateLarge(size, holding);
  return AllocateSmall(size, holding);
}

os::Result<Offset> FamilyHeap::AllocateSmall(size_t size, FamilyProcesses::Holding* holding) {
  Lock();
  os::Result<Offset> found = FindPage(ClassOf(size));
  if (!found.ok()) {
    Unlock();
    return found;
  }
  PageHeader& page = PageOf(found.value());
  uint32_t index = FindFree(found.value());
  Offset block = BlockOf(found.value(), index);
  page.first = index + 1;
  ++page.live;
  Claim(block, size, holding);
  Unlock();
  std::memset(Data(block), 0, size);
  return block;
}

os::Result<Offset> FamilyHeap::AllocateLarge(size_t size, FamilyProcesses::Holding* holding) {
  size_t whole = size + sizeof(BlockHeader);
  os::Result<Offset> made = family_.Allocate(whole, family_.OwnedHere());
  if (!made.ok()) return made;
  Offset block = made.value();
  Claim(block, size, holding);
  // Whoever is killed from here on has noted the block: all its units go, whoever owns them.
  family_.Pass(block, whole, kLarge | static_cast<uint32_t>(family_.UnitOf(block)));
  return block;
}

void FamilyHeap::Release(Offset block, FamilyProcesses::Holding* holding) {
  std::atomic<uint64_t>& use = HeaderOf(block).use;
  uint64_t seen = use.load();
  // Its last holder was killed when he had marked it, and had not crossed it out yet: by the mark
  // it is found (ReleaseLeft).
  if (static_cast<uint32_t>(seen) == 0) return;
  if (static_cast<uint32_t>(seen) != 1) FamilyProcesses::Note(holding, 0);
  // Only a holder makes another one, so the last is alone with the block.
  while (static_cast<uint32_t>(seen) != 1) {
    if (use.compare_exchange_weak(seen, seen - 1)) return;
  }
  use.store(MarkHere());
  FamilyProcesses::Note(holding, 0);
  bool is_large = block == family_.UnitAt(block);
  Lock();
  if (is_large) {
    TakeLarge(block);
  } else {
    FreeSmall(block);
  }
  Unlock();
  // It is ours alone now; to give much memory back takes long.
  if (is_large) family_.Free(block, WholeOf(block));
}

void FamilyHeap::FreeSmall(Offset block) {
  Offset unit = family_.UnitAt(block);
  PageHeader& page = PageOf(unit);
  auto index = static_cast<uint32_t>((block - unit - sizeof(PageHeader)) / page.stride);
  HeaderOf(block).use.store(0);
  if (index < page.first) page.first = index;
  // Memory stays dense: what lies lower is filled first.
  auto& hint = family_.header().heap_hints[family_.OwnerOf(unit) & ~kPage];
  uint64_t number = family_.UnitOf(unit);
  if (number < hint.load(std::memory_order_relaxed)) hint.store(number, std::memory_order_relaxed);
  if (--page.live == 0) FreePage(unit);
}

void FamilyHeap::FreePage(Offset page) {
  family_.Pass(page, Family::kUnit, family_.OwnedHere());
  family_.Free(page, Family::kUnit);
}

void FamilyHeap::TakeLarge(Offset block) {
  size_t count = (WholeOf(block) + Family::kUnit - 1) / Family::kUnit;
  // The first one last: as long as it is the block's, our mark on it leads to the others.
  for (size_t i = count; i-- > 0;) {
    family_.Pass(block + i * Family::kUnit, Family::kUnit, family_.OwnedHere());
  }
}

void FamilyHeap::ReleaseLeft(uint32_t dead) {
  auto is_left = [&](Offset block) {
    return (HeaderOf(block).use.load() & ~uint64_t{0xffff'ffff}) == MarkOf(dead);
  };
  Lock();
  family_.ForEachUnit([&](Offset unit, uint32_t owner) {
    if (owner == (kLarge | static_cast<uint32_t>(family_.UnitOf(unit)))) {
      if (!is_left(unit)) return;
      TakeLarge(unit);
      family_.Free(unit, WholeOf(unit));
    } else if (owner & kPage) {
      // The page goes with its last block.
      for (uint32_t i = 0, count = Capacity(PageOf(unit)); i < count; ++i) {
        if (!is_left(BlockOf(unit, i))) continue;
        bool is_last = PageOf(unit).live == 1;
        FreeSmall(BlockOf(unit, i));
        if (is_last) break;
      }
    }
  });
  Unlock();
}

}  // namespace heddle::core
