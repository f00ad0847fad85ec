#pragma once

#include <napi.h>
#include <uv.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "binding/object.h"
#include "binding/simulated_signals.h"
#include "core/deadlock.h"
#include "core/holders.h"
#include "core/message.h"
#include "core/parker.h"
#include "core/primitive.h"
#include "core/thread_record.h"

namespace heddle::binding {

class AsyncHub;
class DescriptorHub;
class Server;

/// The parker of an environment's thread: asks Node whether the environment is being torn down.
class EnvironmentParker final : public core::Parker {
 public:
  core::Outcome Interruption() override;
  int PokeDescriptor() override;

  /// The loop has read its signals: what is in the pipe from here on is new, though it may be as
  /// much as before.
  void ForgetSignals() { signals_seen_ = 0; }

  /// Gives the parker to an environment, or to nobody.
  void Serve(napi_env env, uv_loop_t* loop, bool is_main);

  /// Ends the wait that the thread is in or enters next, unless it can be had without a sleep. From
  /// any thread.
  void Interrupt();
  /// Takes that back. False if there is nothing to take. On the parker's own thread.
  bool TakeInterrupt() { return interrupt_.load() && interrupt_.exchange(false); }

 private:
  napi_env env_ = nullptr;
  uv_loop_t* loop_ = nullptr;
  bool is_main_ = false;
  /// How much of libuv's pipe of signals it has looked at.
  int signals_seen_ = 0;
  std::atomic<bool> interrupt_{false};
};

/// What a thread of Node's takes over from one before it and leaves for one after it: memory
/// that other threads may still touch when it has ended, so that it is never freed.
struct Seat {
  EnvironmentParker parker;
  std::byte* staging = nullptr;
};

/// The memory by which JavaScript and the binding pass messages without allocating:
///
///   byte      0  16 words about the last message taken (Staged)
///   byte     64  its payload, if it is packed and short enough
///   byte 524288  a packed payload that is to be put
struct Staging {
  static constexpr size_t kBytes = size_t{1} << 20;
  static constexpr size_t kIncoming = 64;
  static constexpr size_t kOutgoing = kBytes / 2;
  static constexpr size_t kIncomingBytes = kOutgoing - kIncoming;
  static constexpr size_t kOutgoingBytes = kBytes - kOutgoing;

  /// The words at byte 0. lib/_native/staging.ts names them, too.
  enum Word { kOutcome, kA, kB, kShape, kCodec, kLength, kAttachments };
};

/// All that heddle keeps for one environment (the main thread's, or a Worker's). Made when the
/// addon is loaded there, gone with the environment. No JavaScript value is kept anywhere else.
class Environment final : public core::BlockedThread {
 public:
  static napi_status Create(napi_env env, Environment** created);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  napi_env env() const { return env_; }
  uv_loop_t* loop() const { return loop_; }
  bool is_main() const { return is_main_; }
  EnvironmentParker& parker() { return seat_->parker; }
  AsyncHub& hub() { return *hub_; }
  DescriptorHub& descriptors() { return *descriptors_; }
  std::byte* staging() { return seat_->staging; }
  int32_t* words() { return reinterpret_cast<int32_t*>(seat_->staging); }
  core::Incoming& incoming() { return incoming_; }

  /// Who acquires locks here: the thread's run, or the environment itself.
  core::HolderId holder(core::Scope scope) const {
    core::HolderId holder = record_ ? record_->ident() : own_holder_;
    return scope == core::Scope::kPrivate ? holder : core::SharedHolder(holder);
  }
  core::Ref<core::ThreadRecord>& record() { return record_; }
  /// The cell with which the thread waits in a line (core/waiter_list.h) while it is blocked. Null
  /// with an exception pending if there is no memory.
  core::Primitive* Waiter(core::Scope scope);
  /// In a copy of the process: with the cell in shared memory, the original waits.
  void AfterFork() { waiters_[static_cast<size_t>(core::Scope::kShared)] = {}; }
  /// The record of the thread itself, where it is in no run.
  core::Ref<core::ThreadRecord> OwnRecord();

  std::string Name() override;
  void VisitHoldings(const std::function<void(core::Resource&)>& visit) override;
  ObjectList& objects() { return objects_; }
  /// The circle that the thread's last wait would have closed.
  std::vector<core::LongWait::Step>& circle() { return circle_; }

  /// Of the main thread, once it receives them.
  std::optional<SimulatedSignals>& signals() { return signals_; }

  /// Whether JavaScript can no longer run here.
  bool IsStopping();

  Napi::FunctionReference& constructor(ClassId id) {
    return constructors_[static_cast<size_t>(id)];
  }
  Napi::FunctionReference& error_factory() { return error_factory_; }
  void SetServer(Server* server) { server_ = server; }
  /// Whether the loop has anything to do beside serving a channel.
  bool IsLoopBusy();

 private:
  Environment(napi_env env, uv_loop_t* loop, bool is_main);
  void CleanUp();

  napi_env env_;
  uv_loop_t* loop_;
  bool is_main_;
  Seat* seat_;
  AsyncHub* hub_;
  DescriptorHub* descriptors_;
  Server* server_ = nullptr;
  /// Of the main thread: called after each time that the loop has polled.
  uv_check_t* polled_ = nullptr;
  core::HolderId own_holder_;
  core::Ref<core::ThreadRecord> record_;
  core::Ref<core::Primitive> waiters_[2];  ///< By scope.
  /// Of a Worker that somebody else has started, once it has asked for itself.
  core::Ref<core::ThreadRecord> dummy_;
  core::Incoming incoming_;
  ObjectList objects_;
  std::optional<SimulatedSignals> signals_;
  std::vector<core::LongWait::Step> circle_;
  Napi::FunctionReference constructors_[static_cast<size_t>(ClassId::kCount)];
  Napi::FunctionReference error_factory_;
};

}  // namespace heddle::binding
