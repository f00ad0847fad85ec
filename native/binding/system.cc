#include "binding/system.h"

#include "binding/args.h"
#include "binding/async_hub.h"
#include "binding/descriptor_hub.h"
#include "core/arena.h"
#include "core/cloakroom.h"
#include "core/family_cells.h"
#include "core/spin.h"
#include "os/clock.h"
#include "os/thread.h"

namespace heddle::binding {
namespace {

/// An ArrayBuffer over memory that is never freed.
napi_value Expose(napi_env env, void* memory, size_t size) {
  napi_value buffer = nullptr;
  napi_create_external_arraybuffer(env, memory, size, nullptr, nullptr, &buffer);
  return buffer;
}

/// staging(): the ArrayBuffer that Staging describes
napi_value GetStaging(napi_env env, napi_callback_info info) {
  Args args(env, info);
  return Expose(env, args.environment().staging(), Staging::kBytes);
}

/// slab(shared, number): the cells of an arena's slab, 64 bytes each
napi_value GetSlab(napi_env env, napi_callback_info info) {
  Args args(env, info);
  os::Mapping slab = args.Bool(0)
                         ? core::FamilyCells(*core::Family::Current()).Slab(args.Unsigned(1))
                         : core::Arena::OfProcess().Slab(args.Unsigned(1));
  return Expose(env, slab.base, slab.size);
}

/// setErrorFactory((errno, syscall, filename) => Error)
napi_value SetErrorFactory(napi_env env, napi_callback_info info) {
  Args args(env, info);
  args.environment().error_factory() = Napi::Persistent(Napi::Function(env, args[0]));
  return nullptr;
}

/// setSettler((count) => void, pairs: Int32Array)
napi_value SetSettler(napi_env env, napi_callback_info info) {
  Args args(env, info);
  void* data = nullptr;
  size_t length = 0;
  napi_get_typedarray_info(env, args[1], nullptr, &length, &data, nullptr, nullptr);
  // JavaScript keeps the array for as long as the settler, whose closure holds it.
  args.environment().hub().SetSettler(Napi::Function(env, args[0]), static_cast<int32_t*>(data),
                                      length / 2);
  return nullptr;
}

/// cancel(id): whether the waiter was still in line
napi_value Cancel(napi_env env, napi_callback_info info) {
  Args args(env, info);
  Environment& environment = args.environment();
  uint32_t id = args.Unsigned(0);
  return args.Return(environment.hub().Cancel(id) || environment.descriptors().Cancel(id));
}

/// deposit(object): ticket
napi_value Deposit(napi_env env, napi_callback_info info) {
  Args args(env, info);
  Object* object = Unwrap(env, args[0]);
  if (object == nullptr || object->resource() == nullptr) return nullptr;
  return args.Return(
      static_cast<double>(core::Deposit(core::Ref<core::Resource>::Share(object->resource()))));
}

/// withdraw(ticket): object, or undefined
napi_value Withdraw(napi_env env, napi_callback_info info) {
  Args args(env, info);
  core::Ref<core::Resource> resource = core::Withdraw(static_cast<uint64_t>(args.Number(0)));
  return resource ? NewInstance(args.environment(), std::move(resource)) : nullptr;
}

/// holder(shared): the number by which this thread holds locks
napi_value Holder(napi_env env, napi_callback_info info) {
  Args args(env, info);
  core::Scope scope = args.Bool(0) ? core::Scope::kShared : core::Scope::kPrivate;
  return args.Return(static_cast<int32_t>(args.environment().holder(scope)));
}

napi_value NativeThreadId(napi_env env, napi_callback_info info) {
  return Args(env, info).Return(static_cast<double>(os::CurrentThreadId()));
}

napi_value UsableCores(napi_env env, napi_callback_info info) {
  return Args(env, info).Return(static_cast<int32_t>(os::UsableCores()));
}

napi_value CoarseMillis(napi_env env, napi_callback_info info) {
  return Args(env, info).Return(static_cast<double>(os::CoarseNanos() / 1'000'000));
}

/// setSpin(microseconds): for measurements
napi_value SetSpin(napi_env env, napi_callback_info info) {
  core::Spin::SetBudget(static_cast<int64_t>(Args(env, info).Number(0) * 1000));
  return nullptr;
}

/// isLoopAlive(): whether this thread's loop has anything to do that is not heddle's
napi_value IsLoopAlive(napi_env env, napi_callback_info info) {
  Args args(env, info);
  return args.Return(args.environment().IsLoopBusy());
}

}  // namespace

void RegisterSystem(Environment& environment, napi_value exports) {
  Export(environment, exports, "staging", GetStaging);
  Export(environment, exports, "slab", GetSlab);
  Export(environment, exports, "setErrorFactory", SetErrorFactory);
  Export(environment, exports, "setSettler", SetSettler);
  Export(environment, exports, "cancel", Cancel);
  Export(environment, exports, "deposit", Deposit);
  Export(environment, exports, "withdraw", Withdraw);
  Export(environment, exports, "holder", Holder);
  Export(environment, exports, "nativeThreadId", NativeThreadId);
  Export(environment, exports, "usableCores", UsableCores);
  Export(environment, exports, "coarseMillis", CoarseMillis);
  Export(environment, exports, "setSpin", SetSpin);
  Export(environment, exports, "isLoopAlive", IsLoopAlive);
}

}  // namespace heddle::binding
