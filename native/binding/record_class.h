#pragma once

#include "binding/args.h"
#include "binding/async_hub.h"
#include "binding/channel_object.h"
#include "core/block.h"

namespace heddle::binding {

/// A method on the record of something that runs and ends: a thread (`ThreadObject`) or a process
/// (`ProcessObject`). What both have is here.
template <class T>
class RecordCall : public Args {
 public:
  RecordCall(napi_env env, napi_callback_info info) : Args(env, info), object_(Self<T>()) {}
  explicit operator bool() const { return object_ != nullptr; }
  T& object() const { return *object_; }
  auto& record() const { return object_->record(); }

  /// Waits for what `attempt` tries; the first argument is seconds. Without an end, `long_wait`
  /// (may be null) lets others know of it.
  template <class Try, class Glance>
  core::Outcome Wait(Try&& attempt, Glance&& glance, core::LongWait* long_wait = nullptr) const {
    int64_t deadline = Deadline(0);
    return core::Block(
        record().word(), core::Scope::kPrivate, deadline, environment().parker(),
        [&](bool) { return attempt(); }, std::forward<Glance>(glance),
        deadline == os::kForever ? long_wait : nullptr);
  }

 private:
  T* object_;
};

/// joinAsync(id): Outcome
template <class T, AsyncHub::Operation kEnded>
napi_value JoinRecordAsync(napi_env env, napi_callback_info info) {
  RecordCall<T> call(env, info);
  if (!call) return nullptr;
  return call.Return(call.environment().hub().Start(
      &call.record().word(),
      {call.Unsigned(0), kEnded, /*keeps_alive=*/true, 0, core::Scope::kPrivate,
       core::Ref<core::Resource>::Share(&call.record())}));
}

/// setLastWords(channel, shape, a): what `channel` gets when it ends (a thread: by force)
template <class T>
napi_value SetLastWordsOfRecord(napi_env env, napi_callback_info info) {
  RecordCall<T> call(env, info);
  if (!call) return nullptr;
  auto* channel = call.template As<ChannelObject>(0);
  if (channel == nullptr) return nullptr;
  call.record().SetLastWords(core::Ref<core::Channel>::Share(&channel->channel()),
                             static_cast<uint8_t>(call.Unsigned(1)), call.Int(2));
  return nullptr;
}

template <class T>
napi_value GetDaemonOfRecord(napi_env env, napi_callback_info info) {
  RecordCall<T> call(env, info);
  return call ? call.Return(call.record().daemon()) : nullptr;
}

template <class T>
napi_value SetDaemonOfRecord(napi_env env, napi_callback_info info) {
  RecordCall<T> call(env, info);
  if (call) call.record().SetDaemon(call.Bool(0));
  return nullptr;
}

}  // namespace heddle::binding
