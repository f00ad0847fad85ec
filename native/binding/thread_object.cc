#include "binding/thread_object.h"

#include <string>
#include <utility>
#include <vector>

#include "binding/made.h"
#include "binding/record_class.h"
#include "core/deadlock.h"
#include "core/thread_registry.h"

namespace heddle::binding {
namespace {

using core::ThreadRecord;
using core::ThreadRegistry;

using Call = RecordCall<ThreadObject>;

core::Ref<ThreadRecord> Share(const Call& call) {
  return core::Ref<ThreadRecord>::Share(&call.record());
}

/// announce(): the thread counts among the living.
napi_value Announce(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (call) call.record().Announce();
  return nullptr;
}

/// beforeBoot() and afterBoot() enclose `new Worker`.
napi_value BeforeBoot(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (call) call.object().before_boot = os::ListThreads();
  return nullptr;
}
napi_value AfterBoot(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  ThreadRegistry::Instance().AwaitArrival(Share(call), call.object().before_boot);
  call.object().before_boot.clear();
  return nullptr;
}

/// begin(): this environment runs the thread from here on.
napi_value Begin(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  call.environment().record() = Share(call);
  ThreadRegistry::Instance().Arrived(&call.record());
  call.record().Begin(os::CurrentThreadId());
  return nullptr;
}

/// end(byForce): the run is over. `byForce`: found dead by somebody else.
napi_value End(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  core::Ref<ThreadRecord>& current = call.environment().record();
  if (current.get() == &call.record()) current = {};
  call.record().End(call.Bool(0));
  return nullptr;
}

/// join(seconds): Outcome
napi_value Join(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  ThreadRecord& record = call.record();
  Environment& environment = call.environment();
  core::LongWait wait(core::LongWait::Goal::kThreadEnd, record, environment,
                      environment.holder(core::Scope::kPrivate), environment.parker());
  core::Outcome outcome =
      call.Wait([&] { return record.TryEnded(); },
                [&] { return (record.State() & ThreadRecord::kEnded) != 0; }, &wait);
  if (outcome == core::Outcome::kDeadlock) environment.circle() = wait.circle();
  return call.Return(outcome);
}

/// waitBegun(seconds): Outcome
napi_value WaitBegun(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  ThreadRecord& record = call.record();
  return call.Return(
      call.Wait([&] { return record.TryBegun(); }, [&] { return record.State() != 0; }));
}

napi_value Rename(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (call) call.record().Rename(call.String(0));
  return nullptr;
}

napi_value GetIdent(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(static_cast<int32_t>(call.record().ident())) : nullptr;
}
napi_value GetName(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(call.record().name()) : nullptr;
}
napi_value GetOrigin(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(static_cast<int32_t>(call.record().origin())) : nullptr;
}
napi_value GetNativeId(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(static_cast<double>(call.record().native_id())) : nullptr;
}
napi_value GetState(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(static_cast<int32_t>(call.record().State())) : nullptr;
}

/// createThread(name, daemon, origin): Thread
napi_value Create(napi_env env, napi_callback_info info) {
  Args args(env, info);
  return Made(args.environment(),
              ThreadRecord::Create(args.String(0), args.Bool(1),
                                   static_cast<ThreadRecord::Origin>(args.Unsigned(2))));
}

/// ownThread(): the calling thread's; one that threading did not know becomes a dummy
napi_value OwnThread(napi_env env, napi_callback_info info) {
  Args args(env, info);
  Environment& environment = args.environment();
  core::Ref<ThreadRecord> record = environment.record();
  if (!record) return Made(environment, environment.OwnRecord());
  if (record->origin() == ThreadRecord::Origin::kBare) {
    uint32_t number = ThreadRegistry::Instance().NextNumber();
    record->BecomeDummy("Dummy-" + std::to_string(number));
  }
  return Made(environment, std::move(record));
}

napi_value MainThread(napi_env env, napi_callback_info info) {
  return Made(Args(env, info).environment(), ThreadRegistry::Instance().Main());
}

/// livingThreads(): the main thread, and all that threading knows of
napi_value LivingThreads(napi_env env, napi_callback_info info) {
  Args args(env, info);
  ThreadRegistry& registry = ThreadRegistry::Instance();
  napi_value threads = nullptr;
  napi_create_array(env, &threads);
  napi_set_element(env, threads, 0, Made(args.environment(), registry.Main()));
  uint32_t count = 1;
  for (core::Ref<ThreadRecord>& record : registry.Living()) {
    // Who has joined a thread may be faster than its way out of the list.
    if (record->State() & ThreadRecord::kEnded) continue;
    if (record->origin() == ThreadRecord::Origin::kBare) continue;
    napi_set_element(env, threads, count++, Made(args.environment(), std::move(record)));
  }
  return threads;
}

/// nextThreadNumber(): for a name
napi_value NextThreadNumber(napi_env env, napi_callback_info info) {
  return Args(env, info).Return(static_cast<int32_t>(ThreadRegistry::Instance().NextNumber()));
}

/// stackSize(): bytes; 0: as Node has it. setStackSize(bytes)
napi_value StackSize(napi_env env, napi_callback_info info) {
  return Args(env, info).Return(static_cast<double>(ThreadRegistry::Instance().StackSize()));
}
napi_value SetStackSize(napi_env env, napi_callback_info info) {
  Args args(env, info);
  ThreadRegistry::Instance().SetStackSize(static_cast<uint64_t>(args.Number(0)));
  return nullptr;
}

/// waitForArrivals(seconds): until no Worker is on its way any more
napi_value WaitForArrivals(napi_env env, napi_callback_info info) {
  ThreadRegistry::Instance().WaitForArrivals(Args(env, info).Deadline(0));
  return nullptr;
}

/// onlyDaemonsAsync(id): Outcome; done when the program need not wait for any thread.
napi_value OnlyDaemonsAsync(napi_env env, napi_callback_info info) {
  Args args(env, info);
  return args.Return(args.environment().hub().Start(&ThreadRegistry::Instance().only_daemons(),
                                                    {args.Unsigned(0),
                                                     AsyncHub::Operation::kOnlyDaemons,
                                                     /*keeps_alive=*/true,
                                                     0,
                                                     core::Scope::kPrivate,
                                                     {}}));
}

}  // namespace

void RegisterThread(Environment& environment, napi_value exports) {
  napi_property_descriptor methods[] = {
      Method("announce", Announce, environment),
      Method("beforeBoot", BeforeBoot, environment),
      Method("afterBoot", AfterBoot, environment),
      Method("begin", Begin, environment),
      Method("end", End, environment),
      Method("join", Join, environment),
      Method("joinAsync", JoinRecordAsync<ThreadObject, AsyncHub::Operation::kThreadEnded>,
             environment),
      Method("waitBegun", WaitBegun, environment),
      Method("setLastWords", SetLastWordsOfRecord<ThreadObject>, environment),
      Method("rename", Rename, environment),
      Getter("ident", GetIdent, environment),
      Getter("name", GetName, environment),
      Getter("daemon", GetDaemonOfRecord<ThreadObject>, environment),
      Method("setDaemon", SetDaemonOfRecord<ThreadObject>, environment),
      Getter("origin", GetOrigin, environment),
      Getter("nativeId", GetNativeId, environment),
      Getter("state", GetState, environment),
  };
  DefineClass(environment, ClassId::kThread, "ThreadRecord", methods, std::size(methods));
  Export(environment, exports, "createThread", Create);
  Export(environment, exports, "ownThread", OwnThread);
  Export(environment, exports, "mainThread", MainThread);
  Export(environment, exports, "livingThreads", LivingThreads);
  Export(environment, exports, "nextThreadNumber", NextThreadNumber);
  Export(environment, exports, "stackSize", StackSize);
  Export(environment, exports, "setStackSize", SetStackSize);
  Export(environment, exports, "waitForArrivals", WaitForArrivals);
  Export(environment, exports, "onlyDaemonsAsync", OnlyDaemonsAsync);
}

}  // namespace heddle::binding
