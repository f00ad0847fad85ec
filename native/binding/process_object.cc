#include "binding/process_object.h"

#include <cstdio>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "binding/made.h"
#include "binding/record_class.h"
#include "core/process_registry.h"
#include "core/segment_tracker.h"

namespace heddle::binding {
namespace {

using core::ProcessRecord;
using core::ProcessRegistry;

using Call = RecordCall<ProcessObject>;

/// The texts of an array.
std::vector<std::string> Texts(const Args& args, napi_value array) {
  std::vector<std::string> texts;
  uint32_t length = 0;
  napi_get_array_length(args.env(), array, &length);
  for (uint32_t i = 0; i < length; ++i) {
    napi_value text;
    if (napi_get_element(args.env(), array, i, &text) != napi_ok) break;
    texts.push_back(args.StringOf(text));
  }
  return texts;
}

/// spawnProcess(file, args, env or null, cwd or null, descriptors, flags): Process.
/// `descriptors`: Int32Array of pairs (number in the child, descriptor here). `flags`: bit 0
/// daemon; the bits from 1 on are the number of the lifeline in the child, 0 for none.
napi_value Spawn(napi_env env, napi_callback_info info) {
  Args args(env, info);
  os::SpawnRequest request;
  request.file = args.String(0);
  request.arguments = Texts(args, args[1]);
  if (args.Has(2)) request.environment = Texts(args, args[2]);
  if (args.Has(3)) request.directory = args.String(3);
  size_t length = 0;
  void* data = nullptr;
  napi_get_typedarray_info(env, args[4], nullptr, &length, &data, nullptr, nullptr);
  const auto* numbers = static_cast<const int32_t*>(data);
  for (size_t i = 0; i + 1 < length; i += 2) {
    request.descriptors.push_back({numbers[i], numbers[i + 1]});
  }
  uint32_t flags = args.Unsigned(5);
  auto lifeline = static_cast<int>(flags >> 1);
  std::string file = request.file, directory = request.directory;
  os::Result<core::Ref<ProcessRecord>> made =
      ProcessRecord::Spawn(std::move(request), (flags & 1) != 0, lifeline ? lifeline : -1);
  // The path that the failure is about, as CPython tells it.
  bool in_directory = !made.ok() && std::string_view(made.failure().syscall) == "chdir";
  return Made(args.environment(), std::move(made), in_directory ? directory : file);
}

/// adoptChild(pid, daemon): Process; a child that another process has started in our name
napi_value AdoptChild(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto pid = static_cast<int64_t>(args.Number(0));
  return Made(args.environment(), ProcessRecord::AdoptChild(pid, args.Bool(1)));
}

/// watchParent(lifeline, pid, daemon): Process; the parent, whose end also ends us if `daemon`.
napi_value WatchParent(napi_env env, napi_callback_info info) {
  Args args(env, info);
  return Made(args.environment(),
              ProcessRecord::WatchParent(args.Int(0), args.Int(1), args.Bool(2)));
}

/// endChildren(alsoNonDaemonic): terminates them and waits until they are gone.
napi_value EndChildren(napi_env env, napi_callback_info info) {
  ProcessRegistry::Instance().EndChildren(Args(env, info).Bool(0));
  return nullptr;
}

/// livingChildren(): their pids
napi_value LivingChildren(napi_env env, napi_callback_info info) {
  Args args(env, info);
  napi_value pids = nullptr;
  napi_create_array(env, &pids);
  uint32_t count = 0;
  for (const auto& child : ProcessRegistry::Instance().Living()) {
    napi_set_element(env, pids, count++, args.Return(static_cast<double>(child->pid())));
  }
  return pids;
}

/// awaitedChild(): Process or undefined; a child that is not daemonic and has not ended.
napi_value AwaitedChild(napi_env env, napi_callback_info info) {
  Args args(env, info);
  for (auto& child : ProcessRegistry::Instance().Living()) {
    if (!child->daemon()) return Made(args.environment(), std::move(child));
  }
  return nullptr;
}

/// processStartTime(pid): a number to compare with, or undefined if there is no such process.
napi_value StartTime(napi_env env, napi_callback_info info) {
  Args args(env, info);
  os::Result<uint64_t> time = os::ProcessStartTime(args.Int(0));
  return time.ok() ? args.Return(static_cast<double>(time.value())) : nullptr;
}

/// exitNow(code): no hook runs, nothing is flushed.
napi_value ExitNow(napi_env env, napi_callback_info info) { os::ExitNow(Args(env, info).Int(0)); }

/// exitQuickly(code): what heddle does at exit, and no other library
napi_value ExitQuickly(napi_env env, napi_callback_info info) {
  ProcessRegistry::Instance().EndChildren(false);
  core::UnlinkTrackedSegments();
  std::fflush(nullptr);
  os::ExitNow(Args(env, info).Int(0));
}

/// join(seconds): Outcome
napi_value Join(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  ProcessRecord& record = call.record();
  return call.Return(
      call.Wait([&] { return record.TryEnded(); }, [&] { return record.HasEnded(); }));
}

/// signal(number)
napi_value Signal(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  os::Result<bool> sent = call.record().Signal(call.Int(0));
  return sent.ok() ? nullptr : ThrowFailure(call.environment(), sent.failure());
}

napi_value IsAlive(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(!call.record().HasEnded()) : nullptr;
}

/// close(): false while the process runs
napi_value Close(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(call.record().Close()) : nullptr;
}

napi_value GetPid(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(static_cast<double>(call.record().pid())) : nullptr;
}
napi_value GetSentinel(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(static_cast<int32_t>(call.record().sentinel())) : nullptr;
}
napi_value GetExitCode(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  std::optional<int> code = call.record().ExitCode();
  if (code) return call.Return(static_cast<int32_t>(*code));
  napi_value null = nullptr;
  napi_get_null(env, &null);
  return null;
}

}  // namespace

void RegisterProcess(Environment& environment, napi_value exports) {
  napi_property_descriptor methods[] = {
      Method("join", Join, environment),
      Method("joinAsync", JoinRecordAsync<ProcessObject, AsyncHub::Operation::kProcessEnded>,
             environment),
      Method("isAlive", IsAlive, environment),
      Method("signal", Signal, environment),
      Method("setLastWords", SetLastWordsOfRecord<ProcessObject>, environment),
      Method("close", Close, environment),
      Getter("pid", GetPid, environment),
      Getter("sentinel", GetSentinel, environment),
      Method("setDaemon", SetDaemonOfRecord<ProcessObject>, environment),
      Getter("daemon", GetDaemonOfRecord<ProcessObject>, environment),
      Getter("exitCode", GetExitCode, environment),
  };
  DefineClass(environment, ClassId::kProcess, "ProcessRecord", methods, std::size(methods));
  Export(environment, exports, "spawnProcess", Spawn);
  Export(environment, exports, "adoptChild", AdoptChild);
  Export(environment, exports, "watchParent", WatchParent);
  Export(environment, exports, "endChildren", EndChildren);
  Export(environment, exports, "livingChildren", LivingChildren);
  Export(environment, exports, "awaitedChild", AwaitedChild);
  Export(environment, exports, "processStartTime", StartTime);
  Export(environment, exports, "exitNow", ExitNow);
  Export(environment, exports, "exitQuickly", ExitQuickly);
}

}  // namespace heddle::binding
