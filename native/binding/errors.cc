#include "binding/errors.h"

#include <iterator>

namespace heddle::binding {

napi_value ThrowFailure(Environment& environment, const os::Failure& failure,
                        const std::string& filename) {
  Napi::Env env = environment.env();
  napi_value arguments[] = {
      Napi::Number::New(env, failure.error),
      Napi::String::New(env, failure.syscall),
      filename.empty() ? env.Undefined() : Napi::String::New(env, filename).As<Napi::Value>(),
  };
  napi_value error;
  if (napi_call_function(env, env.Undefined(), environment.error_factory().Value(),
                         std::size(arguments), arguments, &error) == napi_ok) {
    napi_throw(env, error);
  }
  return nullptr;
}

}  // namespace heddle::binding
