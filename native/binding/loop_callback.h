#pragma once

#include <napi.h>

#include <cstdint>
#include <initializer_list>

namespace heddle::binding {

/// A JavaScript function that the event loop calls, nothing of JavaScript being on the stack:
/// microtasks and ticks run after it, and what it throws is uncaught, as in any callback of
/// Node's. To be destroyed before the environment is.
class LoopCallback {
 public:
  explicit LoopCallback(Napi::Function function);
  void Call(std::initializer_list<uint32_t> arguments = {});

 private:
  Napi::FunctionReference function_;
  Napi::AsyncContext context_;
};

}  // namespace heddle::binding
