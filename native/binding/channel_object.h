#pragma once

#include "binding/object.h"
#include "core/channel.h"

namespace heddle::binding {

/// One environment's hold on a channel.
class ChannelObject : public Object {
 public:
  static constexpr ClassId kClass = ClassId::kChannel;
  ChannelObject(Environment& environment, core::Ref<core::Resource> channel)
      : Object(kClass, std::move(channel)), environment_(environment) {}
  Environment& environment() const { return environment_; }
  core::Channel& channel() const { return *static_cast<core::Channel*>(resource()); }

 private:
  Environment& environment_;
};

/// A new JavaScript object for a channel.
napi_value NewChannel(Environment& environment, core::Ref<core::Resource> channel);

void RegisterChannel(Environment& environment, napi_value exports);

}  // namespace heddle::binding
