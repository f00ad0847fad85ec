#include "binding/fork.h"

#include <cstdio>
#include <mutex>

#include "binding/args.h"
#include "binding/errors.h"
#include "core/thread_registry.h"
#include "os/fork_process.h"
#include "os/process.h"

namespace heddle::binding {
namespace {

/// forkProcess(asSibling): 0 in the child, its pid in the parent
napi_value ForkProcess(napi_env env, napi_callback_info info) {
  Args args(env, info);
  // What is not written yet would be written twice.
  std::fflush(nullptr);
  os::Result<int64_t> pid =
      os::ForkProcess(args.Bool(0) ? os::ForkAs::kSibling : os::ForkAs::kChild);
  if (!pid.ok()) return ThrowFailure(args.environment(), pid.failure());
  if (pid.value() == 0) {
    if (uv_loop_fork(args.environment().loop()) != 0) os::ExitNow(127);
    core::ThreadRegistry::Instance().AfterFork();
  }
  return args.Return(static_cast<double>(pid.value()));
}

/// ignoreInterrupts(ignore): whether SIGINT does nothing, or what it did before
napi_value IgnoreInterrupts(napi_env env, napi_callback_info info) {
  os::IgnoreInterrupts(Args(env, info).Bool(0));
  return nullptr;
}

napi_value Pid(napi_env env, napi_callback_info info) {
  return Args(env, info).Return(static_cast<double>(os::CurrentProcess()));
}

}  // namespace

void RegisterFork(Environment& environment, napi_value exports) {
  static std::once_flag remembered;
  std::call_once(remembered, os::RememberRuntimePipes);
  Export(environment, exports, "forkProcess", ForkProcess);
  Export(environment, exports, "ignoreInterrupts", IgnoreInterrupts);
  Export(environment, exports, "pid", Pid);
}

}  // namespace heddle::binding
