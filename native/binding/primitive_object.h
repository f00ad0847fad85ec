#pragma once

#include "binding/object.h"
#include "core/primitive.h"

namespace heddle::binding {

/// One environment's hold on a primitive; lock_object.cc, event_object.cc, …
/// give it its methods.
class PrimitiveObject : public Object {
 public:
  // By reference, since the order in which the arguments are evaluated is open.
  explicit PrimitiveObject(const core::Ref<core::Resource>& primitive)
      : Object(ClassOf(static_cast<core::Primitive*>(primitive.get())->primitive()), primitive) {}

  core::Primitive& primitive() const { return *static_cast<core::Primitive*>(resource()); }

 private:
  static ClassId ClassOf(core::PrimitiveKind kind) {
    switch (kind) {
      case core::PrimitiveKind::kLock:
        return ClassId::kLock;
      case core::PrimitiveKind::kEvent:
        return ClassId::kEvent;
      case core::PrimitiveKind::kSemaphore:
        return ClassId::kSemaphore;
      case core::PrimitiveKind::kCondition:
        return ClassId::kCondition;
      case core::PrimitiveKind::kBarrier:
        return ClassId::kBarrier;
      case core::PrimitiveKind::kWaiter:
        break;  // Never travels (waiter_object.h).
    }
    return ClassId::kLock;
  }
};

void RegisterLock(Environment& environment, napi_value exports);
void RegisterEvent(Environment& environment, napi_value exports);
void RegisterSemaphore(Environment& environment, napi_value exports);
void RegisterCondition(Environment& environment, napi_value exports);
void RegisterBarrier(Environment& environment, napi_value exports);

}  // namespace heddle::binding
