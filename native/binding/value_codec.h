#pragma once

#include <node_api.h>

#include <vector>

#include "binding/environment.h"
#include "core/message.h"

namespace heddle::binding {

/// Encodes a number, string, boolean, null or undefined into `message`, whose payload then
/// borrows `scratch`. False for anything else, which JavaScript has to pack.
bool EncodeValue(napi_env env, napi_value value, core::Outgoing& message,
                 std::vector<char16_t>& scratch);

/// The value of a message. A packed payload is left in the staging memory, where it fits, and
/// undefined is returned; else it is an ArrayBuffer.
napi_value DecodeValue(Environment& environment, core::Incoming& message);

}  // namespace heddle::binding
