#include "binding/fork.h"

#include <cstdio>
#include <mutex>

#include "binding/args.h"
#include "binding/errors.h"
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
  if (pid.value() == 0 && uv_loop_fork(args.environment().loop()) != 0) os::ExitNow(127);
  return args.Return(static_cast<double>(pid.value()));
}

}  // namespace

void RegisterFork(Environment& environment, napi_value exports) {
  static std::once_flag remembered;
  std::call_once(remembered, os::RememberRuntimePipes);
  Export(environment, exports, "forkProcess", ForkProcess);
}

}  // namespace heddle::binding
