#include "binding/family.h"

#include "binding/args.h"
#include "binding/channel_object.h"
#include "binding/errors.h"
#include "core/family.h"
#include "core/shared.h"

namespace heddle::binding {
namespace {

/// reservePlace(mailbox): a child's place in the family. The child gets the channel from
/// joinFamily().
napi_value ReservePlace(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* mailbox = args.As<ChannelObject>(0);
  if (mailbox == nullptr) return nullptr;
  os::Result<uint64_t> name = mailbox->channel().SharedName();
  if (!name.ok()) return ThrowFailure(args.environment(), name.failure());
  core::RetainShared(name.value());
  os::Result<uint32_t> place = core::Family::Current()->processes().Reserve(name.value());
  if (!place.ok()) {
    core::ReleaseShared(name.value());
    return ThrowFailure(args.environment(), place.failure());
  }
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

/// joinFamily(descriptor, place): the mailbox
napi_value JoinFamily(napi_env env, napi_callback_info info) {
  Args args(env, info);
  os::Result<core::Family*> family = core::Family::Join(args.Int(0), args.Unsigned(1));
  if (!family.ok()) return ThrowFailure(args.environment(), family.failure());
  os::Result<core::Ref<core::Resource>> mailbox =
      core::AdoptShared(family.value()->processes().TakeMailbox());
  if (!mailbox.ok()) return ThrowFailure(args.environment(), mailbox.failure());
  return NewInstance(args.environment(), std::move(mailbox.value()));
}

}  // namespace

void RegisterFamily(Environment& environment, napi_value exports) {
  Export(environment, exports, "reservePlace", ReservePlace);
  Export(environment, exports, "familyDescriptor", FamilyDescriptor);
  Export(environment, exports, "placeTaken", PlaceTaken);
  Export(environment, exports, "joinFamily", JoinFamily);
}

}  // namespace heddle::binding
