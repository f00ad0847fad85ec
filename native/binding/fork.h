#pragma once

#include "binding/environment.h"

namespace heddle::binding {

/// How JavaScript copies the whole process.
void RegisterFork(Environment& environment, napi_value exports);

}  // namespace heddle::binding
