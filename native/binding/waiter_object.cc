#include "binding/waiter_object.h"

#include "binding/args.h"
#include "binding/async_hub.h"
#include "binding/errors.h"
#include "core/barrier.h"
#include "core/condition.h"

namespace heddle::binding {
namespace {

using core::Barrier;
using core::Condition;
using core::Primitive;

class Call : public Args {
 public:
  Call(napi_env env, napi_callback_info info) : Args(env, info), object_(Self<WaiterObject>()) {}
  explicit operator bool() const { return object_ != nullptr; }
  WaiterObject& object() const { return *object_; }
  Primitive& owner() const { return object_->owner(); }
  Primitive& waiter() const { return object_->waiter(); }
  core::Scope scope() const { return owner().scope(); }

  /// Enters the waiter for the promise `id` (argument 0) at a word of `primitive`.
  napi_value StartAsync(Primitive& primitive, AsyncHub::Operation operation) const {
    // Both stay while it is in line: this object is kept by whoever waits.
    return Return(environment().hub().Start(
        &primitive.word(), {Unsigned(0), operation, /*keeps_alive=*/true, 0, scope(),
                            core::Ref<core::Resource>::Share(&primitive)}));
  }

 private:
  WaiterObject* object_;
};

bool IsBarrier(const Primitive& owner) {
  return owner.primitive() == core::PrimitiveKind::kBarrier;
}

/// enter(): at a condition. It waits from here on.
napi_value Enter(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call || IsBarrier(call.owner())) return nullptr;
  Condition(call.owner().cell(), call.scope())
      .Enter(call.waiter().cell(), call.environment().holder(call.scope()));
  return nullptr;
}

/// arrive(): at a barrier. How many were there before; minus the outcome if it cannot come in.
napi_value Arrive(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call || !IsBarrier(call.owner())) return nullptr;
  Barrier::Arrival arrival =
      Barrier(call.owner().cell(), call.scope())
          .TryArrive(call.waiter().cell(), call.environment().holder(call.scope()));
  call.object().round = arrival.round;
  bool is_in = arrival.attempt.outcome == core::Outcome::kDone;
  return call.Return(is_in ? static_cast<int32_t>(arrival.index)
                           : -static_cast<int32_t>(arrival.attempt.outcome));
}

/// open(): a barrier, by the one that came last. False if it was broken or reset since.
napi_value Open(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call || !IsBarrier(call.owner())) return nullptr;
  return call.Return(Barrier(call.owner().cell(), call.scope())
                         .Open(call.environment().holder(call.scope()), call.object().round));
}

/// enterableAsync(id): until arrive() need not wait.
napi_value EnterableAsync(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.StartAsync(call.owner(), AsyncHub::Operation::kEnterBarrier) : nullptr;
}

/// waitAsync(id): until it is released, or its wait is broken.
napi_value WaitAsync(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  return call.StartAsync(call.waiter(), IsBarrier(call.owner())
                                            ? AsyncHub::Operation::kPassBarrier
                                            : AsyncHub::Operation::kAwaitNotify);
}

/// withdraw(): boolean; from a condition.
napi_value Withdraw(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call || IsBarrier(call.owner())) return nullptr;
  return call.Return(call.object().Withdraw());
}

/// end(acts): Outcome
napi_value End(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(call.object().End(call.Bool(0))) : nullptr;
}

}  // namespace

bool WaiterObject::Withdraw() {
  return Condition(owner_->cell(), owner_->scope()).Leave(waiter_->cell());
}

core::Outcome WaiterObject::End(bool acts) {
  core::Cell& cell = waiter_->cell();
  core::Scope scope = waiter_->scope();
  if (core::ListOf(core::WaiterCell::Of(cell), scope) == nullptr) return core::Outcome::kTimedOut;
  if (IsBarrier(*owner_)) return Barrier(owner_->cell(), scope).Leave(cell);
  Condition condition(owner_->cell(), scope);
  bool notified = condition.Leave(cell);
  if (!acts) condition.HandOn(cell);
  condition.End(cell);
  return notified ? core::Outcome::kDone : core::Outcome::kTimedOut;
}

napi_value NewWaiter(Environment& environment, Primitive& owner) {
  os::Result<core::Ref<Primitive>> cell =
      Primitive::Create(core::PrimitiveKind::kWaiter, owner.scope());
  if (!cell.ok()) return ThrowFailure(environment, cell.failure());
  return NewInstance(
      environment, new WaiterObject(core::Ref<Primitive>::Share(&owner), std::move(cell.value())));
}

void RegisterWaiter(Environment& environment, napi_value) {
  napi_property_descriptor methods[] = {
      Method("enter", Enter, environment),
      Method("arrive", Arrive, environment),
      Method("open", Open, environment),
      Method("enterableAsync", EnterableAsync, environment),
      Method("waitAsync", WaitAsync, environment),
      Method("withdraw", Withdraw, environment),
      Method("end", End, environment),
  };
  DefineClass(environment, ClassId::kWaiter, "Waiter", methods, std::size(methods));
}

}  // namespace heddle::binding
