#include "binding/primitive_class.h"
#include "core/block.h"
#include "core/event.h"

namespace heddle::binding {
namespace {

using Call = PrimitiveCall<core::Event, ClassId::kEvent>;

/// wait(seconds): Outcome
napi_value Wait(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  core::Event event = call.view();
  uint32_t epoch = event.Epoch();
  return call.Return(core::Block(
      call.primitive().word(), call.scope(), call.Deadline(0), call.environment().parker(),
      [&](bool) { return event.TryWait(epoch); }, [&] { return event.IsReady(epoch); }));
}

/// waitAsync(id): Outcome
napi_value WaitAsync(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.StartAsync(AsyncHub::Operation::kWaitEvent, call.view().Epoch()) : nullptr;
}

napi_value Set(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (call) call.view().Set();
  return nullptr;
}

napi_value Clear(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (call) call.view().Clear();
  return nullptr;
}

/// createEvent(shared): Event
napi_value Create(napi_env env, napi_callback_info info) {
  Args args(env, info);
  return CreatePrimitive(args, core::PrimitiveKind::kEvent, args.Bool(0), [](core::Primitive&) {});
}

}  // namespace

void RegisterEvent(Environment& environment, napi_value exports) {
  DefinePrimitive<Call>(environment, ClassId::kEvent, "Event",
                        {
                            Method("wait", Wait, environment),
                            Method("waitAsync", WaitAsync, environment),
                            Method("set", Set, environment),
                            Method("clear", Clear, environment),
                        });
  Export(environment, exports, "createEvent", Create);
}

}  // namespace heddle::binding
