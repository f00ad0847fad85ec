#pragma once

#include <vector>

#include "binding/args.h"
#include "binding/async_hub.h"
#include "binding/made.h"
#include "binding/primitive_object.h"
#include "binding/waiter_object.h"

namespace heddle::binding {

/// The primitive that a method was called on, seen as `View` (core::Lock, …).
template <class View, ClassId kId>
class PrimitiveCall : public Args {
 public:
  PrimitiveCall(napi_env env, napi_callback_info info)
      : Args(env, info), object_(Self<PrimitiveObject>(kId)) {}

  explicit operator bool() const { return object_ != nullptr; }
  core::Primitive& primitive() const { return object_->primitive(); }
  View view() const { return View(primitive().cell(), primitive().scope()); }
  core::Scope scope() const { return primitive().scope(); }

  /// Enters a waiter for the promise `id` (argument 0) that keeps the loop alive.
  napi_value StartAsync(AsyncHub::Operation operation, uint32_t argument = 0) const {
    return Return(environment().hub().Start(
        &primitive().word(), {Unsigned(0), operation, /*keeps_alive=*/true, argument, scope(),
                              core::Ref<core::Resource>::Share(&primitive())}));
  }

 private:
  PrimitiveObject* object_;
};

/// Where the cell lies, for the fast paths of lib/: getters `slab` and `index`.
template <class Call>
napi_value GetSlab(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(static_cast<int32_t>(call.primitive().place().slab)) : nullptr;
}
template <class Call>
napi_value GetIndex(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(static_cast<int32_t>(call.primitive().place().index)) : nullptr;
}
/// createWaiter(): Waiter; of the primitives that have a line of waiters.
template <class Call>
napi_value CreateWaiter(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? NewWaiter(call.environment(), call.primitive()) : nullptr;
}
template <class Call>
napi_value GetShared(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(call.scope() == core::Scope::kShared) : nullptr;
}

/// Defines the class with its own methods and the getters of all primitives.
template <class Call>
void DefinePrimitive(Environment& environment, ClassId id, const char* name,
                     std::vector<napi_property_descriptor> methods) {
  methods.push_back(Getter("slab", GetSlab<Call>, environment));
  methods.push_back(Getter("index", GetIndex<Call>, environment));
  methods.push_back(Getter("shared", GetShared<Call>, environment));
  DefineClass(environment, id, name, methods.data(), methods.size());
}

/// A new primitive as a JavaScript object; `initialize` may set its cell up.
template <class Initialize>
napi_value CreatePrimitive(Args& args, core::PrimitiveKind kind, bool shared,
                           Initialize initialize) {
  os::Result<core::Ref<core::Primitive>> created =
      core::Primitive::Create(kind, shared ? core::Scope::kShared : core::Scope::kPrivate);
  if (!created.ok()) return ThrowFailure(args.environment(), created.failure());
  initialize(*created.value());
  return Made(args.environment(), std::move(created));
}

}  // namespace heddle::binding
