#include "binding/output.h"

#include <cerrno>

#include "binding/args.h"
#include "core/block.h"
#include "core/lock.h"
#include "os/output.h"

namespace heddle::binding {
namespace {

/// How long a writer waits at a time for a reader that takes nothing.
constexpr int kPatience = 100;

/// Keeps the threads' lines apart: a write of more than PIPE_BUF bytes is not atomic. A lock
/// with interruptible waits, since a slow reader may hold the writer up for ever.
core::Cell& Turn() {
  static core::Cell cell;
  return cell;
}

/// writeOutput(descriptor, bytes): 0 or the errno
napi_value Write(napi_env env, napi_callback_info info) {
  Args args(env, info);
  Environment& environment = args.environment();
  void* bytes = nullptr;
  size_t size = 0;
  napi_get_buffer_info(env, args[1], &bytes, &size);

  core::Lock turn(Turn(), core::Scope::kPrivate);
  core::HolderId holder = environment.holder(core::Scope::kPrivate);
  core::Outcome outcome =
      core::Block(Turn().word, core::Scope::kPrivate, os::kForever, environment.parker(),
                  [&](bool waited) { return turn.TryAcquire(holder, waited); });
  if (outcome == core::Outcome::kStopping) return args.Return(EAGAIN);
  bool have_turn = outcome == core::Outcome::kDone;
  int error = os::WriteAll(
      args.Int(0), bytes, size, kPatience,
      [](void* context) { return static_cast<Environment*>(context)->IsStopping(); }, &environment);
  if (have_turn) turn.Release();
  return args.Return(error);
}

}  // namespace

void RegisterOutput(Environment& environment, napi_value exports) {
  Export(environment, exports, "writeOutput", Write);
}

}  // namespace heddle::binding
