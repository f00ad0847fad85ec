#pragma once

#include <node_api.h>

namespace heddle::binding {

class Environment;

/// What belongs to the environment and the machine rather than to a class.
void RegisterSystem(Environment& environment, napi_value exports);

}  // namespace heddle::binding
