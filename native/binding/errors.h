#pragma once

#include <node_api.h>

#include <string>

#include "binding/environment.h"
#include "os/result.h"

namespace heddle::binding {

/// Throws the OSError of a failed system call, made by the factory of lib/_native/errors.ts.
/// Returns null, for the caller to return.
napi_value ThrowFailure(Environment& environment, const os::Failure& failure,
                        const std::string& filename = {});

}  // namespace heddle::binding
