#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>

#include "core/resource.h"

namespace heddle::binding {

class Environment;
class ObjectList;

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
  kConnection,
  kBlock,
  kCount,
};

/// What a JavaScript object of ours wraps: one environment's hold on a resource.
class Object {
 public:
  explicit Object(ClassId id, core::Ref<core::Resource> resource = {})
      : class_id_(id), resource_(std::move(resource)) {}
  virtual ~Object();
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  ClassId class_id() const { return class_id_; }
  /// Null for objects that belong to their environment and cannot be sent.
  core::Resource* resource() const { return resource_.get(); }

 private:
  friend class ObjectList;

  const ClassId class_id_;
  const core::Ref<core::Resource> resource_;
  ObjectList* list_ = nullptr;
  Object* previous_ = nullptr;
  Object* next_ = nullptr;
};

/// The objects of one environment. Its thread alone changes it, while JavaScript runs.
class ObjectList {
 public:
  ObjectList() = default;
  /// Some objects outlive their environment, but not its thread.
  ~ObjectList() {
    while (first_ != nullptr) Remove(*first_);
  }
  ObjectList(const ObjectList&) = delete;
  ObjectList& operator=(const ObjectList&) = delete;

  void Add(Object& object) {
    object.list_ = this;
    object.next_ = first_;
    if (first_ != nullptr) first_->previous_ = &object;
    first_ = &object;
  }
  void Remove(Object& object) {
    (object.previous_ != nullptr ? object.previous_->next_ : first_) = object.next_;
    if (object.next_ != nullptr) object.next_->previous_ = object.previous_;
    object.list_ = nullptr;
    object.previous_ = object.next_ = nullptr;
  }

  template <class Visit>
  void ForEach(Visit&& visit) const {
    for (Object* object = first_; object != nullptr; object = object->next_) visit(*object);
  }

 private:
  Object* first_ = nullptr;
};

inline Object::~Object() {
  if (list_ != nullptr) list_->Remove(*this);
}

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
