#include "binding/errors.h"

namespace heddle::binding {

napi_value ThrowFailure(Environment& environment, const os::Failure& failure,
                        const std::string& filename) {
  napi_env env = environment.env();
  napi_value arguments[3];
  napi_create_int32(env, failure.error, &arguments[0]);
  napi_create_string_utf8(env, failure.syscall, NAPI_AUTO_LENGTH, &arguments[1]);
  if (filename.empty()) {
    napi_get_undefined(env, &arguments[2]);
  } else {
    napi_create_string_utf8(env, filename.data(), filename.size(), &arguments[2]);
  }
  napi_value undefined, error;
  napi_get_undefined(env, &undefined);
  if (napi_call_function(env, undefined, environment.ErrorFactory(), 3, arguments, &error) ==
      napi_ok) {
    napi_throw(env, error);
  }
  return nullptr;
}

}  // namespace heddle::binding
