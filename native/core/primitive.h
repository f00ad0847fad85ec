#pragma once

#include "core/arena.h"
#include "core/resource.h"

namespace heddle::core {

/// Which primitive a cell is the state of.
enum class PrimitiveKind : uint8_t { kLock, kEvent, kSemaphore };

/// Holds the cell of one primitive.
class Primitive final : public Resource {
 public:
  static os::Result<Ref<Primitive>> Create(PrimitiveKind kind, Scope scope);

  PrimitiveKind primitive() const { return primitive_; }
  Scope scope() const { return arena_.scope(); }
  Cell& cell() const { return *place_.cell; }
  WaitWord& word() const { return place_.cell->word; }
  const CellPlace& place() const { return place_; }

 private:
  Primitive(PrimitiveKind kind, Arena& arena, CellPlace place)
      : Resource(Kind::kCell), primitive_(kind), arena_(arena), place_(place) {}
  ~Primitive() override { arena_.Free(place_); }

  const PrimitiveKind primitive_;
  Arena& arena_;
  const CellPlace place_;
};

}  // namespace heddle::core
