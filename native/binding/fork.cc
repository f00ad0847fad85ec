#include "binding/fork.h"

#include <cstdio>
#include <mutex>

#include "binding/args.h"
#include "binding/errors.h"
#include "core/fork.h"
#include "core/process_record.h"
#include "core/thread_registry.h"
#include "os/fork_process.h"
#include "os/process.h"

namespace heddle::binding {
namespace {

/// In the child: what only concerns this process.
void Settle(Environment& environment) {
  // Not without need: wake-ups of threads that already run would be lost.
  if (os::MustLoopsRestart() && uv_loop_fork(environment.loop()) != 0) os::ExitNow(127);
  core::ThreadRegistry::Instance().AfterFork();
  environment.AfterFork();
}

/// forkProcess(asSibling): 0 in the child, its pid in the parent. The child is in no family.
napi_value ForkProcess(napi_env env, napi_callback_info info) {
  Args args(env, info);
  // What is not written yet would be written twice.
  std::fflush(nullptr);
  os::Result<int64_t> pid =
      os::ForkProcess(args.Bool(0) ? os::ForkAs::kSibling : os::ForkAs::kChild);
  if (!pid.ok()) return ThrowFailure(args.environment(), pid.failure());
  if (pid.value() == 0) Settle(args.environment());
  return args.Return(static_cast<double>(pid.value()));
}

/// forkMember(): the same; the child is our own and a member of the family, as we are
napi_value ForkMember(napi_env env, napi_callback_info info) {
  Args args(env, info);
  std::fflush(nullptr);
  os::Result<core::Fork> prepared = core::Fork::Prepare();
  if (!prepared.ok()) return ThrowFailure(args.environment(), prepared.failure());
  core::Fork fork = prepared.value();
  os::Result<int64_t> pid = os::ForkProcess(os::ForkAs::kChild, fork.hooks());
  if (pid.ok() && pid.value() == 0) {
    Settle(args.environment());
    fork.EndChild();
  } else {
    fork.Finish(pid.ok() ? pid.value() : 0);
  }
  if (!pid.ok()) return ThrowFailure(args.environment(), pid.failure());
  return args.Return(static_cast<double>(pid.value()));
}

/// inheritedLifeline(): in a process made by forkMember(), what watchParent() takes
napi_value InheritedLifeline(napi_env env, napi_callback_info info) {
  return Args(env, info).Return(core::ProcessRecord::InheritedLifeline());
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
  std::call_once(remembered, os::RememberRuntimeDescriptors);
  Export(environment, exports, "forkProcess", ForkProcess);
  Export(environment, exports, "forkMember", ForkMember);
  Export(environment, exports, "inheritedLifeline", InheritedLifeline);
  Export(environment, exports, "ignoreInterrupts", IgnoreInterrupts);
  Export(environment, exports, "pid", Pid);
}

}  // namespace heddle::binding
