#include "core/primitive.h"

#include "core/family_cells.h"

namespace heddle::core {

os::Result<Ref<Primitive>> Primitive::Create(PrimitiveKind kind, Scope scope) {
  if (scope == Scope::kPrivate) {
    os::Result<CellPlace> place = Arena::OfProcess().Allocate();
    if (!place.ok()) return place.failure();
    return Ref<Primitive>::Adopt(new Primitive(kind, scope, place.value()));
  }
  os::Result<Family*> family = Family::Get();
  if (!family.ok()) return family.failure();
  FamilyProcesses& processes = family.value()->processes();
  FamilyProcesses::Holding* holding = processes.Hold();
  os::Result<CellPlace> place = FamilyCells(*family.value()).Allocate(static_cast<uint8_t>(kind));
  if (!place.ok()) {
    processes.LetGo(holding);
    return place.failure();
  }
  FamilyProcesses::Note(
      holding, family.value()->OffsetOf(place.value().cell) | static_cast<uint64_t>(Kind::kCell));
  return Ref<Primitive>::Adopt(new Primitive(kind, scope, place.value(), holding));
}

Ref<Primitive> Primitive::Adopt(Offset cell, FamilyProcesses::Holding* holding) {
  FamilyCells cells(*Family::Current());
  auto kind = static_cast<PrimitiveKind>(cells.KindOf(cell));
  return Ref<Primitive>::Adopt(new Primitive(kind, Scope::kShared, cells.PlaceOf(cell), holding));
}

Primitive::~Primitive() {
  if (scope_ == Scope::kPrivate) {
    Arena::OfProcess().Free(place_);
    return;
  }
  Family& family = *Family::Current();
  if (!family.processes().Owns(holding_)) return;
  FamilyProcesses::Note(holding_, 0);
  FamilyCells(family).Release(family.OffsetOf(place_.cell));
  family.processes().LetGo(holding_);
}

os::Result<uint64_t> Primitive::SharedName() {
  if (scope_ == Scope::kPrivate) return uint64_t{0};
  return Family::Current()->OffsetOf(place_.cell) | static_cast<uint64_t>(Kind::kCell);
}

}  // namespace heddle::core
