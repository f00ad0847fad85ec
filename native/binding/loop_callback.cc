#include "binding/loop_callback.h"

#include <vector>

namespace heddle::binding {

LoopCallback::LoopCallback(Napi::Function function)
    : function_(Napi::Persistent(function)), context_(function.Env(), "heddle") {}

void LoopCallback::Call(std::initializer_list<uint32_t> arguments) {
  Napi::Env env = function_.Env();
  Napi::HandleScope scope(env);
  std::vector<napi_value> values;
  for (uint32_t argument : arguments) values.push_back(Napi::Number::New(env, argument));
  // Not Napi's own MakeCallback, which takes an environment that is stopping for a fatal error.
  napi_value result;
  napi_make_callback(env, context_, env.Global(), function_.Value(), values.size(), values.data(),
                     &result);
  bool pending = false;
  if (napi_is_exception_pending(env, &pending) == napi_ok && pending) {
    napi_value error;
    napi_get_and_clear_last_exception(env, &error);
    napi_fatal_exception(env, error);
  }
}

}  // namespace heddle::binding
