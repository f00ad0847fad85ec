#pragma once

#include "core/arena.h"
#include "core/family.h"
#include "core/resource.h"

namespace heddle::core {

/// Which primitive a cell is the state of.
enum class PrimitiveKind : uint8_t { kLock = 1, kEvent, kSemaphore, kCondition, kBarrier, kWaiter };

/// Holds the cell of one primitive.
class Primitive final : public Resource {
 public:
  static os::Result<Ref<Primitive>> Create(PrimitiveKind kind, Scope scope);
  /// The primitive whose cell is at that place in the family's memory. The caller gives its
  /// holding, and has noted it.
  static Ref<Primitive> Adopt(Offset cell, FamilyProcesses::Holding* holding);

  PrimitiveKind primitive() const { return primitive_; }
  Scope scope() const { return scope_; }
  Cell& cell() const { return *place_.cell; }
  WaitWord& word() const { return place_.cell->word; }
  const CellPlace& place() const { return place_; }

  os::Result<uint64_t> SharedName() override;

 private:
  Primitive(PrimitiveKind kind, Scope scope, CellPlace place,
            FamilyProcesses::Holding* holding = nullptr)
      : Resource(Kind::kCell), primitive_(kind), scope_(scope), place_(place), holding_(holding) {}
  ~Primitive() override;

  const PrimitiveKind primitive_;
  const Scope scope_;
  const CellPlace place_;
  FamilyProcesses::Holding* const holding_;
};

}  // namespace heddle::core
