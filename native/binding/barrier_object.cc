#include "binding/primitive_class.h"
#include "core/barrier.h"

namespace heddle::binding {
namespace {

using Call = PrimitiveCall<core::Barrier, ClassId::kBarrier>;

/// wait(seconds, opens): how many were there before; minus the outcome if it was not let through.
napi_value Wait(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  core::Primitive* waiter = call.environment().Waiter(call.scope());
  if (waiter == nullptr) return nullptr;
  core::Barrier::Arrival arrival;
  core::Outcome outcome =
      call.view().Wait(waiter->cell(), call.environment().holder(call.scope()), call.Bool(1),
                       call.Deadline(0), call.environment().parker(), &arrival);
  bool passed = outcome == core::Outcome::kDone;
  return call.Return(passed ? static_cast<int32_t>(arrival.index) : -static_cast<int32_t>(outcome));
}

/// open(): lets all through, whom the last one has kept. False if it was broken or reset since.
napi_value Open(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  // Since wait() the thread has run nothing but the action: no other round is its own.
  core::Barrier barrier = call.view();
  return call.Return(barrier.Open(call.environment().holder(call.scope()), barrier.Round()));
}

/// abort()
napi_value Abort(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (call) call.view().Break();
  return nullptr;
}

/// reset()
napi_value Reset(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (call) call.view().Reset(call.environment().holder(call.scope()));
  return nullptr;
}

/// createBarrier(shared, parties): Barrier
napi_value Create(napi_env env, napi_callback_info info) {
  Args args(env, info);
  uint32_t parties = args.Unsigned(1);
  return CreatePrimitive(args, core::PrimitiveKind::kBarrier, args.Bool(0),
                         [&](core::Primitive& primitive) {
                           core::Barrier(primitive.cell(), primitive.scope()).Initialize(parties);
                         });
}

}  // namespace

void RegisterBarrier(Environment& environment, napi_value exports) {
  DefinePrimitive<Call>(environment, ClassId::kBarrier, "Barrier",
                        {
                            Method("wait", Wait, environment),
                            Method("open", Open, environment),
                            Method("abort", Abort, environment),
                            Method("reset", Reset, environment),
                            Method("createWaiter", CreateWaiter<Call>, environment),
                        });
  Export(environment, exports, "createBarrier", Create);
}

}  // namespace heddle::binding
