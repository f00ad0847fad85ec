#pragma once

#include <node_api.h>

namespace heddle::binding {

class Environment;

void RegisterNotices(Environment& environment, napi_value exports);

}  // namespace heddle::binding
