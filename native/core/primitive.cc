#include "core/primitive.h"

namespace heddle::core {

os::Result<Ref<Primitive>> Primitive::Create(PrimitiveKind kind, Scope scope) {
  Arena& arena = Arena::Of(scope);
  os::Result<CellPlace> place = arena.Allocate();
  if (!place.ok()) return place.failure();
  return Ref<Primitive>::Adopt(new Primitive(kind, arena, place.value()));
}

}  // namespace heddle::core
