#include "core/shared.h"

#include "core/barrier.h"
#include "core/channel.h"
#include "core/condition.h"
#include "core/connection.h"
#include "core/family_cells.h"
#include "core/family_heap.h"
#include "core/holders.h"
#include "core/lock.h"
#include "core/primitive.h"
#include "core/segment.h"
#include "core/shared_block.h"

namespace heddle::core {
namespace {

Offset PlaceOf(uint64_t name) { return name & ~uint64_t{15}; }
Resource::Kind KindOf(uint64_t name) { return static_cast<Resource::Kind>(name & 15); }

}  // namespace

void RetainShared(uint64_t name) {
  Family& family = *Family::Current();
  switch (KindOf(name)) {
    case Resource::Kind::kChannel:
      return Channel::RetainAt(family, PlaceOf(name));
    case Resource::Kind::kBlock:
      return FamilyHeap(family).Retain(PlaceOf(name));
    default:
      return FamilyCells(family).Retain(PlaceOf(name));
  }
}

void ReleaseShared(uint64_t name) {
  Family& family = *Family::Current();
  switch (KindOf(name)) {
    case Resource::Kind::kChannel:
      return Channel::ReleaseAt(family, PlaceOf(name));
    case Resource::Kind::kBlock:
      return FamilyHeap(family).Release(PlaceOf(name));
    default:
      return FamilyCells(family).Release(PlaceOf(name));
  }
}

os::Result<Ref<Resource>> AdoptShared(uint64_t name, FamilyProcesses::Holding* holding) {
  if (holding == nullptr) holding = Family::Current()->processes().Hold(name);
  switch (KindOf(name)) {
    case Resource::Kind::kChannel:
      return Ref<Resource>::Adopt(Channel::Adopt(PlaceOf(name), holding).Leak());
    case Resource::Kind::kCell:
      return Ref<Resource>::Adopt(Primitive::Adopt(PlaceOf(name), holding).Leak());
    case Resource::Kind::kConnection: {
      os::Result<Ref<Connection>> connection = Connection::Adopt(PlaceOf(name), holding);
      if (!connection.ok()) return connection.failure();
      return Ref<Resource>::Adopt(connection.value().Leak());
    }
    case Resource::Kind::kBlock:
      return Ref<Resource>::Adopt(SharedBlock::Adopt(PlaceOf(name), holding).Leak());
    default:
      break;
  }
  os::Result<Ref<Segment>> segment = Segment::Adopt(PlaceOf(name), holding);
  if (!segment.ok()) return segment.failure();
  return Ref<Resource>::Adopt(segment.value().Leak());
}

void AbandonWait(Family& family, uint64_t name) {
  FamilyCells cells(family);
  auto kind = [&](Offset cell) { return static_cast<PrimitiveKind>(cells.KindOf(cell)); };
  if (KindOf(name) != Resource::Kind::kCell || kind(PlaceOf(name)) != PrimitiveKind::kWaiter)
    return;
  auto* cell = family.At<Cell>(PlaceOf(name));
  Cell* list = ListOf(WaiterCell::Of(*cell), Scope::kShared);
  if (list == nullptr) return;
  if (kind(family.OffsetOf(list)) == PrimitiveKind::kBarrier) {
    Barrier(*list, Scope::kShared).Leave(*cell);
  } else {
    Condition(*list, Scope::kShared).HandOn(*cell);
  }
}

void AbandonHeld(Family& family, uint32_t place, uint32_t thread) {
  constexpr auto kLock = static_cast<uint8_t>(PrimitiveKind::kLock);
  constexpr auto kBarrier = static_cast<uint8_t>(PrimitiveKind::kBarrier);
  FamilyCells(family).ForEach(
      kBarrier, [&](Cell& cell, Offset) { Barrier(cell, Scope::kShared).Abandon(place, thread); });
  FamilyCells(family).ForEach(kLock, [&](Cell& cell, Offset) {
    uint32_t seen = cell.word.value.load();
    do {
      if ((seen & Lock::kAbandoned) || !IsSharedHolder(seen & Lock::kHolder, place, thread)) return;
    } while (!cell.word.value.compare_exchange_weak(seen, seen | Lock::kAbandoned));
    Wake(cell.word, os::kEverybody, Scope::kShared);
  });
}

}  // namespace heddle::core
