#pragma once

#include "binding/environment.h"

namespace heddle::binding {

/// What JavaScript does with the memory that the program's processes share.
void RegisterFamily(Environment& environment, napi_value exports);

}  // namespace heddle::binding
