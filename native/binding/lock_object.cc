#include "binding/primitive_class.h"
#include "core/block.h"
#include "core/lock.h"

namespace heddle::binding {
namespace {

using Call = PrimitiveCall<core::Lock, ClassId::kLock>;

/// acquire(seconds): Outcome
napi_value Acquire(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  core::Lock lock = call.view();
  core::HolderId holder = call.environment().holder(call.scope());
  return call.Return(core::Block(
      call.primitive().word(), call.scope(), call.Deadline(0), call.environment().parker(),
      [&](bool waited) { return lock.TryAcquire(holder, waited); },
      [&] { return lock.IsReady(); }));
}

/// acquireAsync(id): Outcome
napi_value AcquireAsync(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.StartAsync(AsyncHub::Operation::kAcquireLock) : nullptr;
}

/// release(): Lock::Released
napi_value Release(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(static_cast<int32_t>(call.view().Release())) : nullptr;
}

napi_value Recover(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(call.view().Recover()) : nullptr;
}

/// createLock(shared): Lock
napi_value Create(napi_env env, napi_callback_info info) {
  Args args(env, info);
  return CreatePrimitive(args, core::PrimitiveKind::kLock, args.Bool(0), [](core::Primitive&) {});
}

}  // namespace

void RegisterLock(Environment& environment, napi_value exports) {
  DefinePrimitive<Call>(environment, ClassId::kLock, "Lock",
                        {
                            Method("acquire", Acquire, environment),
                            Method("acquireAsync", AcquireAsync, environment),
                            Method("release", Release, environment),
                            Method("recover", Recover, environment),
                        });
  Export(environment, exports, "createLock", Create);
}

}  // namespace heddle::binding
