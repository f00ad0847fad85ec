#pragma once

#include <uv.h>

#include <optional>

#include "binding/async_hub.h"
#include "binding/loop_callback.h"
#include "binding/object.h"
#include "core/channel.h"

namespace heddle::binding {

class Environment;

/// Makes a Worker serve a channel: its handler is called whenever there is something to take.
///
/// In between the thread waits in the cheapest way that its loop allows. Nothing else alive in
/// the loop (no timer, socket or promise of ours): it blocks natively, no JavaScript on the
/// stack, and is up again within microseconds. Otherwise it polls as Node does, and a putter
/// wakes the loop. Both happen in a prepare callback, just before libuv would poll.
class Server final {
 public:
  /// `mailbox` is the channel that is this Worker's own: what it holds when the Worker dies are
  /// runs that never begin. `handler` is called without arguments.
  Server(Environment& environment, core::Ref<core::Channel> mailbox, Napi::Function handler);

  /// Serves another channel from now on; null: the mailbox again.
  void Switch(core::Ref<core::Channel> channel);
  /// While a job is under way that only the loop can finish (an async function), the thread
  /// must not block natively, whatever the loop says.
  void SetBusy(bool busy) { busy_ = busy; }
  /// Whether the loop has anything else to do.
  bool IsLoopBusy();
  /// The run has left timers, sockets or the like behind: calls the handler when the last of them
  /// is gone, and serves nothing until then.
  void AwaitQuiet() { awaits_quiet_ = true; }

  /// Calls `visit` for each holding of the server's own.
  template <class Visit>
  void ForEachHolding(Visit&& visit) const {
    visit(*mailbox_);
    visit(*channel_);
  }

  /// The environment is going. The server deletes itself when libuv has let go of it.
  void Shut();

 private:
  ~Server() = default;
  void BeforePoll();
  void Run();
  void AvoidPoll();
  /// Ends the runs that wait in the mailbox.
  void Refuse();

  Environment& environment_;
  const core::Ref<core::Channel> mailbox_;
  core::Ref<core::Channel> channel_;
  std::optional<LoopCallback> handler_;
  bool busy_ = false;
  bool awaits_quiet_ = false;
  uv_prepare_t prepare_;
  uv_idle_t idle_;     ///< Running: libuv polls without waiting.
  uv_async_t keeper_;  ///< Keeps the loop alive as long as we serve.
  int open_handles_ = 3;
};

void RegisterServer(Environment& environment, napi_value exports);

}  // namespace heddle::binding
