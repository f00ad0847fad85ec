#pragma once

#include <string>
#include <utility>

#include "binding/errors.h"
#include "binding/object.h"
#include "os/result.h"

namespace heddle::binding {

/// The JavaScript object for a resource that was made for it.
template <class T>
napi_value Made(Environment& environment, core::Ref<T> made) {
  return NewInstance(environment, core::Ref<core::Resource>::Adopt(made.Leak()));
}

/// The same of what may have failed: the error, about `file`, is thrown then.
template <class T>
napi_value Made(Environment& environment, os::Result<core::Ref<T>> made,
                const std::string& file = {}) {
  if (!made.ok()) return ThrowFailure(environment, made.failure(), file);
  return Made(environment, std::move(made.value()));
}

}  // namespace heddle::binding
