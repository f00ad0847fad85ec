#pragma once

#include "binding/object.h"
#include "core/channel.h"

namespace heddle::binding {

/// One environment's hold on a channel.
class ChannelObject : public Object {
 public:
  static constexpr ClassId kClass = ClassId::kChannel;
  explicit ChannelObject(core::Ref<core::Resource> channel) : Object(kClass, std::move(channel)) {}
  core::Channel& channel() const { return *static_cast<core::Channel*>(resource()); }
};

void RegisterChannel(Environment& environment, napi_value exports);

}  // namespace heddle::binding
