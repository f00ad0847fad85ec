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
  function_.MakeCallback(env.Global(), values, context_);
  if (env.IsExceptionPending()) {
    napi_fatal_exception(env, env.GetAndClearPendingException().Value());
  }
}

}  // namespace heddle::binding
