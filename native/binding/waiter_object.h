#pragma once

#include "binding/object.h"
#include "core/primitive.h"

namespace heddle::binding {

/// One promise's stay at a condition or a barrier: whoever waits without blocking has a cell of its
/// own in the line. It belongs to its environment, and leaves the line with it.
class WaiterObject final : public Object {
 public:
  static constexpr ClassId kClass = ClassId::kWaiter;
  WaiterObject(core::Ref<core::Primitive> owner, core::Ref<core::Primitive> waiter)
      : Object(kClass), owner_(std::move(owner)), waiter_(std::move(waiter)) {}
  /// Whoever has not taken his notification leaves it to another one.
  ~WaiterObject() override { End(/*acts=*/false); }

  /// The condition or barrier.
  core::Primitive& owner() const { return *owner_; }
  core::Primitive& waiter() const { return *waiter_; }
  /// At a condition: it waits no longer. Whether it was notified; what comes of that, End() tells.
  bool Withdraw();
  /// Ends the stay, if it is in one. `acts`: whether it acts upon a notification.
  /// kDone: it has what it waited for.
  core::Outcome End(bool acts);

  /// The round of a barrier that it is to open.
  uint32_t round = 0;

 private:
  const core::Ref<core::Primitive> owner_;
  const core::Ref<core::Primitive> waiter_;
};

/// A new waiter at `owner` as a JavaScript object. Null with an exception pending if there is no
/// memory.
napi_value NewWaiter(Environment& environment, core::Primitive& owner);

void RegisterWaiter(Environment& environment, napi_value exports);

}  // namespace heddle::binding
