#include <iterator>
#include <utility>
#include <vector>

#include "binding/primitive_class.h"
#include "core/block.h"
#include "core/deadlock.h"
#include "core/lock.h"

namespace heddle::binding {
namespace {

using Call = PrimitiveCall<core::Lock, ClassId::kLock>;

/// Who may release the lock (Releaser in lib/_native/addon.ts).
enum Releaser : uint8_t { kAnybody, kOwner, kUnwatched };

/// acquire(seconds, releaser): Outcome
napi_value Acquire(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  core::Lock lock = call.view();
  core::HolderId holder = call.environment().holder(call.scope());
  uint32_t releaser = call.Unsigned(1);
  int64_t deadline = call.Deadline(0);
  // Deadlocks are looked for within the process only, and a wait that ends by itself is in none.
  bool is_long =
      deadline == os::kForever && call.scope() == core::Scope::kPrivate && releaser != kUnwatched;
  core::LongWait wait(
      releaser == kOwner ? core::LongWait::Goal::kOwnedLock : core::LongWait::Goal::kLock,
      call.primitive(), call.environment(), holder, call.environment().parker());
  core::Outcome outcome = core::Block(
      call.primitive().word(), call.scope(), deadline, call.environment().parker(),
      [&](bool waited) { return lock.TryAcquire(holder, waited); }, [&] { return lock.IsReady(); },
      is_long ? &wait : nullptr);
  if (outcome == core::Outcome::kDeadlock) call.environment().circle() = wait.circle();
  return call.Return(outcome);
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

int32_t NumberOf(const core::CellPlace& place) {
  return static_cast<int32_t>(place.slab * core::Arena::kCellsPerSlab + place.index);
}

/// Tells the lock from all others of its kind of memory.
napi_value GetNumber(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(NumberOf(call.primitive().place())) : nullptr;
}

/// takeCircle(): of the wait that has just ended in a deadlock, a list of [thread, goal (LongWait::
/// Goal), number of the lock or name of the thread that it waits for]
napi_value TakeCircle(napi_env env, napi_callback_info info) {
  Args args(env, info);
  std::vector<core::LongWait::Step> circle = std::move(args.environment().circle());
  args.environment().circle().clear();
  napi_value list;
  napi_create_array_with_length(env, circle.size(), &list);
  for (uint32_t i = 0; i < circle.size(); ++i) {
    const core::LongWait::Step& step = circle[i];
    bool is_thread = step.goal == core::LongWait::Goal::kThreadEnd;
    napi_value parts[] = {
        args.Return(step.thread),
        args.Return(static_cast<int32_t>(step.goal)),
        is_thread ? args.Return(step.awaited) : args.Return(NumberOf(step.lock)),
    };
    napi_value entry;
    napi_create_array_with_length(env, std::size(parts), &entry);
    for (uint32_t part = 0; part < std::size(parts); ++part) {
      napi_set_element(env, entry, part, parts[part]);
    }
    napi_set_element(env, list, i, entry);
  }
  return list;
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
                            Getter("number", GetNumber, environment),
                        });
  Export(environment, exports, "createLock", Create);
  Export(environment, exports, "takeCircle", TakeCircle);
}

}  // namespace heddle::binding
