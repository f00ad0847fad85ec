#include "binding/family.h"

#include "binding/args.h"
#include "binding/errors.h"
#include "core/family.h"
#include "core/shared.h"

namespace heddle::binding {
namespace {

/// reservePlace(): a child's place in the family, which is founded if need be
napi_value ReservePlace(napi_env env, napi_callback_info info) {
  Args args(env, info);
  os::Result<core::Family*> family = core::Family::Get();
  if (!family.ok()) return ThrowFailure(args.environment(), family.failure());
  os::Result<uint32_t> place = family.value()->processes().Reserve();
  if (!place.ok()) return ThrowFailure(args.environment(), place.failure());
  return args.Return(static_cast<int32_t>(place.value()));
}

/// familyDescriptor(): of the family's memory, for a child
napi_value FamilyDescriptor(napi_env env, napi_callback_info info) {
  Args args(env, info);
  return args.Return(core::Family::Current()->descriptor());
}

/// placeTaken(place, pid): the child has been started; pid 0: it could not be
napi_value PlaceTaken(napi_env env, napi_callback_info info) {
  Args args(env, info);
  core::FamilyProcesses& processes = core::Family::Current()->processes();
  auto pid = static_cast<int64_t>(args.Number(1));
  if (pid != 0) {
    processes.Started(args.Unsigned(0), pid);
  } else {
    processes.Bury(args.Unsigned(0));
  }
  return nullptr;
}

/// joinFamily(descriptor, place)
napi_value JoinFamily(napi_env env, napi_callback_info info) {
  Args args(env, info);
  os::Result<core::Family*> family = core::Family::Join(args.Int(0), args.Unsigned(1));
  return family.ok() ? nullptr : ThrowFailure(args.environment(), family.failure());
}

/// sharedName(object): what attach() takes in another process; undefined for what only this one
/// has. It holds nothing: somebody must, until it is attached.
napi_value SharedName(napi_env env, napi_callback_info info) {
  Args args(env, info);
  Object* object = Unwrap(env, args[0]);
  if (object == nullptr || object->resource() == nullptr) return nullptr;
  os::Result<uint64_t> name = object->resource()->SharedName();
  if (!name.ok()) return ThrowFailure(args.environment(), name.failure());
  return name.value() == 0 ? nullptr : args.Return(static_cast<double>(name.value()));
}

/// attach(name): the object
napi_value Attach(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto name = static_cast<uint64_t>(args.Number(0));
  core::RetainShared(name);
  os::Result<core::Ref<core::Resource>> adopted = core::AdoptShared(name);
  if (!adopted.ok()) return ThrowFailure(args.environment(), adopted.failure());
  return NewInstance(args.environment(), std::move(adopted.value()));
}

}  // namespace

void RegisterFamily(Environment& environment, napi_value exports) {
  Export(environment, exports, "reservePlace", ReservePlace);
  Export(environment, exports, "familyDescriptor", FamilyDescriptor);
  Export(environment, exports, "placeTaken", PlaceTaken);
  Export(environment, exports, "joinFamily", JoinFamily);
  Export(environment, exports, "sharedName", SharedName);
  Export(environment, exports, "attach", Attach);
}

}  // namespace heddle::binding
