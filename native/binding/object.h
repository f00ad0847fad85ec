#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>

#include "core/resource.h"

namespace heddle::binding {

class Environment;

/// The classes that JavaScript sees.
enum class ClassId : uint8_t {
  kLock,
  kEvent,
  kSemaphore,
  kCondition,
  kBarrier,
  kWaiter,
  kChannel,
  kSegment,
  kThread,
  kServer,
  kProcess,
  kCount,
};

/// What a JavaScript object of ours wraps: one environment's hold on a resource.
class Object {
 public:
  explicit Object(ClassId id, core::Ref<core::Resource> resource = {})
      : class_id_(id), resource_(std::move(resource)) {}
  virtual ~Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  ClassId class_id() const { return class_id_; }
  /// Null for objects that belong to their environment and cannot be sent.
  core::Resource* resource() const { return resource_.get(); }

 private:
  const ClassId class_id_;
  const core::Ref<core::Resource> resource_;
};

/// Defines a class with these methods; JavaScript cannot construct it.
void DefineClass(Environment& environment, ClassId id, const char* name,
                 const napi_property_descriptor* methods, size_t count);

/// A new JavaScript object around `object`, which it owns. Null with an exception pending if
/// there is no memory.
napi_value NewInstance(Environment& environment, Object* object);

/// A new JavaScript object for a resource that came from elsewhere, of the class that fits it.
napi_value NewInstance(Environment& environment, core::Ref<core::Resource> resource);

/// What `value` wraps, or null.
Object* Unwrap(napi_env env, napi_value value);

}  // namespace heddle::binding
