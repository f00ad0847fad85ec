#include "binding/errors.h"

namespace heddle::binding {

napi_value ThrowFailure(Environment& environment, const os::Failure& failure,
                        const std::string& filename) {
  Napi::Env env = environment.env();
  Napi::Value error = environment.error_factory().Call({
      Napi::Number::New(env, failure.error),
      Napi::String::New(env, failure.syscall),
      filename.empty() ? env.Undefined() : Napi::String::New(env, filename),
  });
  if (!env.IsExceptionPending()) napi_throw(env, error);
  return nullptr;
}

}  // namespace heddle::binding
