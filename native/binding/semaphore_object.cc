#include "binding/primitive_class.h"
#include "core/block.h"
#include "core/semaphore.h"

namespace heddle::binding {
namespace {

using Call = PrimitiveCall<core::Semaphore, ClassId::kSemaphore>;

/// acquire(seconds): Outcome
napi_value Acquire(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  core::Semaphore semaphore = call.view();
  return call.Return(core::Block(
      call.primitive().word(), call.scope(), call.Deadline(0), call.environment().parker(),
      [&](bool waited) { return semaphore.TryAcquire(waited); },
      [&] { return semaphore.Value() != 0; }));
}

/// acquireAsync(id): Outcome
napi_value AcquireAsync(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.StartAsync(AsyncHub::Operation::kAcquireSemaphore) : nullptr;
}

/// release(count, limit): whether the value stayed within the limit
napi_value Release(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(call.view().Release(call.Unsigned(0), call.Unsigned(1))) : nullptr;
}

/// createSemaphore(shared, value): Semaphore
napi_value Create(napi_env env, napi_callback_info info) {
  Args args(env, info);
  uint32_t value = args.Unsigned(1);
  return CreatePrimitive(args, core::PrimitiveKind::kSemaphore, args.Bool(0),
                         [&](core::Primitive& primitive) {
                           core::Semaphore(primitive.cell(), primitive.scope()).Initialize(value);
                         });
}

}  // namespace

void RegisterSemaphore(Environment& environment, napi_value exports) {
  DefinePrimitive<Call>(environment, ClassId::kSemaphore, "Semaphore",
                        {
                            Method("acquire", Acquire, environment),
                            Method("acquireAsync", AcquireAsync, environment),
                            Method("release", Release, environment),
                        });
  Export(environment, exports, "createSemaphore", Create);
}

}  // namespace heddle::binding
