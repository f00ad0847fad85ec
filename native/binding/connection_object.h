#pragma once

#include "binding/object.h"
#include "core/connection.h"

namespace heddle::binding {

/// One environment's hold on a connection, or on a socket that listens.
class ConnectionObject : public Object {
 public:
  static constexpr ClassId kClass = ClassId::kConnection;
  explicit ConnectionObject(core::Ref<core::Resource> connection)
      : Object(kClass, std::move(connection)) {}
  core::Connection& connection() const { return *static_cast<core::Connection*>(resource()); }
};

void RegisterConnection(Environment& environment, napi_value exports);
void RegisterSockets(Environment& environment, napi_value exports);

}  // namespace heddle::binding
