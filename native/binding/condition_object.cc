#include "binding/primitive_class.h"
#include "core/condition.h"

namespace heddle::binding {
namespace {

using Call = PrimitiveCall<core::Condition, ClassId::kCondition>;

/// wait(lock, seconds): Outcome
napi_value Wait(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  auto* lock = call.As<PrimitiveObject>(0, ClassId::kLock);
  core::Primitive* waiter = call.environment().Waiter(call.scope());
  if (lock == nullptr || waiter == nullptr) return nullptr;
  core::Primitive& held = lock->primitive();
  return call.Return(call.view().Wait(waiter->cell(), core::Lock(held.cell(), held.scope()),
                                      call.environment().holder(call.scope()), call.Deadline(1),
                                      call.environment().parker()));
}

/// notify(count)
napi_value Notify(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (call) call.view().Notify(call.Unsigned(0));
  return nullptr;
}

/// createCondition(shared): Condition
napi_value Create(napi_env env, napi_callback_info info) {
  Args args(env, info);
  return CreatePrimitive(args, core::PrimitiveKind::kCondition, args.Bool(0),
                         [](core::Primitive&) {});
}

}  // namespace

void RegisterCondition(Environment& environment, napi_value exports) {
  DefinePrimitive<Call>(environment, ClassId::kCondition, "Condition",
                        {
                            Method("wait", Wait, environment),
                            Method("notify", Notify, environment),
                            Method("createWaiter", CreateWaiter<Call>, environment),
                        });
  Export(environment, exports, "createCondition", Create);
}

}  // namespace heddle::binding
