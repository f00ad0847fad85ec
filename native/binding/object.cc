#include "binding/object.h"

#include "binding/block_object.h"
#include "binding/channel_object.h"
#include "binding/connection_object.h"
#include "binding/environment.h"
#include "binding/primitive_object.h"
#include "binding/process_object.h"
#include "binding/segment_object.h"
#include "binding/thread_object.h"

namespace heddle::binding {
namespace {

napi_value Construct(napi_env env, napi_callback_info info) {
  napi_value self = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, &self, nullptr);
  return self;
}

void Finalize(napi_env, void* data, void*) { delete static_cast<Object*>(data); }

}  // namespace

void DefineClass(Environment& environment, ClassId id, const char* name,
                 const napi_property_descriptor* methods, size_t count) {
  napi_value constructor;
  if (napi_define_class(environment.env(), name, NAPI_AUTO_LENGTH, Construct, nullptr, count,
                        methods, &constructor) == napi_ok) {
    environment.constructor(id) = Napi::Persistent(Napi::Function(environment.env(), constructor));
  }
}

napi_value NewInstance(Environment& environment, Object* object) {
  napi_env env = environment.env();
  napi_value instance;
  if (napi_new_instance(env, environment.constructor(object->class_id()).Value(), 0, nullptr,
                        &instance) != napi_ok ||
      napi_wrap(env, instance, object, Finalize, nullptr, nullptr) != napi_ok) {
    delete object;
    return nullptr;
  }
  environment.objects().Add(*object);
  return instance;
}

napi_value NewInstance(Environment& environment, core::Ref<core::Resource> resource) {
  switch (resource->kind()) {
    case core::Resource::Kind::kCell:
      return NewInstance(environment, new PrimitiveObject(resource));
    case core::Resource::Kind::kChannel:
      return NewChannel(environment, std::move(resource));
    case core::Resource::Kind::kSharedMemory:
      return NewInstance(environment, new SegmentObject(std::move(resource)));
    case core::Resource::Kind::kThread:
      return NewInstance(environment, new ThreadObject(std::move(resource)));
    case core::Resource::Kind::kProcess:
      return NewInstance(environment, new ProcessObject(std::move(resource)));
    case core::Resource::Kind::kConnection:
      return NewInstance(environment, new ConnectionObject(std::move(resource)));
    case core::Resource::Kind::kBlock:
      return NewInstance(environment, new BlockObject(std::move(resource)));
  }
  return nullptr;
}

Object* Unwrap(napi_env env, napi_value value) {
  void* data = nullptr;
  return napi_unwrap(env, value, &data) == napi_ok ? static_cast<Object*>(data) : nullptr;
}

}  // namespace heddle::binding
