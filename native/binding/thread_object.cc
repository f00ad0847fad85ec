#include "binding/thread_object.h"

#include "binding/args.h"
#include "binding/async_hub.h"
#include "binding/channel_object.h"
#include "core/block.h"
#include "core/thread_registry.h"

namespace heddle::binding {
namespace {

using core::ThreadRecord;
using core::ThreadRegistry;

/// A method on a thread's record.
class Call : public Args {
 public:
  Call(napi_env env, napi_callback_info info) : Args(env, info), object_(Self<ThreadObject>()) {}
  explicit operator bool() const { return object_ != nullptr; }
  ThreadObject& object() const { return *object_; }
  ThreadRecord& record() const { return object_->record(); }
  core::Ref<ThreadRecord> ref() const { return core::Ref<ThreadRecord>::Share(&record()); }

  core::Outcome Wait(core::Attempt (ThreadRecord::*attempt)(), uint32_t wanted,
                     core::LongWait* long_wait = nullptr) const {
    int64_t deadline = Deadline(0);
    return core::Block(
        record().word(), core::Scope::kPrivate, deadline, environment().parker(),
        [&](bool) { return (record().*attempt)(); },
        [&] { return (record().State() & wanted) != 0; },
        deadline == os::kForever ? long_wait : nullptr);
  }

 private:
  ThreadObject* object_;
};

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
  ThreadRegistry::Instance().AwaitArrival(call.ref(), call.object().before_boot);
  call.object().before_boot.clear();
  return nullptr;
}

/// begin(): this environment runs the thread from here on.
napi_value Begin(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  call.environment().record() = call.ref();
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
  Environment& environment = call.environment();
  core::LongWait wait(core::LongWait::Goal::kThreadEnd, call.record(), environment,
                      environment.holder(core::Scope::kPrivate), environment.parker());
  core::Outcome outcome = call.Wait(&ThreadRecord::TryEnded, ThreadRecord::kEnded, &wait);
  if (outcome == core::Outcome::kDeadlock) environment.circle() = wait.circle();
  return call.Return(outcome);
}

/// waitBegun(seconds): Outcome
napi_value WaitBegun(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  return call.Return(
      call.Wait(&ThreadRecord::TryBegun, ThreadRecord::kRunning | ThreadRecord::kEnded));
}

/// joinAsync(id): Outcome
napi_value JoinAsync(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  return call.Return(call.environment().hub().Start(
      &call.record().word(),
      {call.Unsigned(0), AsyncHub::Operation::kThreadEnded, /*keeps_alive=*/true, 0,
       core::Scope::kPrivate, core::Ref<core::Resource>::Share(&call.record())}));
}

/// setLastWords(channel, shape, a): what `channel` gets if the run is ended by force.
napi_value SetLastWords(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  auto* channel = call.As<ChannelObject>(0);
  if (channel == nullptr) return nullptr;
  call.record().SetLastWords(core::Ref<core::Channel>::Share(&channel->channel()),
                             static_cast<uint8_t>(call.Unsigned(1)), call.Int(2));
  return nullptr;
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
napi_value GetDaemon(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(call.record().daemon()) : nullptr;
}
napi_value GetNativeId(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(static_cast<double>(call.record().native_id())) : nullptr;
}
napi_value GetState(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(static_cast<int32_t>(call.record().State())) : nullptr;
}

/// createThread(name, daemon): Thread
napi_value Create(napi_env env, napi_callback_info info) {
  Args args(env, info);
  return NewInstance(
      args.environment(),
      core::Ref<core::Resource>::Adopt(ThreadRecord::Create(args.String(0), args.Bool(1)).Leak()));
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
      Method("joinAsync", JoinAsync, environment),
      Method("waitBegun", WaitBegun, environment),
      Method("setLastWords", SetLastWords, environment),
      Method("rename", Rename, environment),
      Getter("ident", GetIdent, environment),
      Getter("name", GetName, environment),
      Getter("daemon", GetDaemon, environment),
      Getter("nativeId", GetNativeId, environment),
      Getter("state", GetState, environment),
  };
  DefineClass(environment, ClassId::kThread, "ThreadRecord", methods, std::size(methods));
  Export(environment, exports, "createThread", Create);
  Export(environment, exports, "onlyDaemonsAsync", OnlyDaemonsAsync);
}

}  // namespace heddle::binding
