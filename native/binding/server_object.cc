#include "binding/server_object.h"

#include "binding/args.h"
#include "binding/channel_object.h"
#include "binding/environment.h"
#include "core/thread_record.h"

namespace heddle::binding {
namespace {

template <class Handle>
uv_handle_t* AsHandle(Handle& handle) {
  return reinterpret_cast<uv_handle_t*>(&handle);
}

}  // namespace

Server::Server(Environment& environment, core::Ref<core::Channel> mailbox, Napi::Function handler)
    : environment_(environment),
      mailbox_(std::move(mailbox)),
      channel_(mailbox_),
      handler_(handler) {
  uv_loop_t* loop = environment.loop();
  prepare_.data = idle_.data = keeper_.data = this;
  uv_prepare_init(loop, &prepare_);
  uv_prepare_start(
      &prepare_, [](uv_prepare_t* prepare) { static_cast<Server*>(prepare->data)->BeforePoll(); });
  uv_unref(AsHandle(prepare_));
  uv_idle_init(loop, &idle_);
  uv_unref(AsHandle(idle_));
  uv_async_init(loop, &keeper_, [](uv_async_t*) {});
  environment.SetServer(this);
}

void Server::Switch(core::Ref<core::Channel> channel) {
  environment_.hub().Cancel(AsyncHub::kLoopItself);
  channel_ = channel ? std::move(channel) : mailbox_;
}

void Server::AvoidPoll() {
  uv_idle_start(&idle_, [](uv_idle_t*) {});
}

bool Server::IsLoopBusy() {
  uv_unref(AsHandle(keeper_));
  bool busy = uv_loop_alive(environment_.loop()) != 0;
  uv_ref(AsHandle(keeper_));
  return busy;
}

void Server::BeforePoll() {
  uv_idle_stop(&idle_);
  if (busy_) return;
  if (awaits_quiet_) {
    if (IsLoopBusy()) return;
    awaits_quiet_ = false;
    return Run();
  }
  if (channel_->Size() != 0 || channel_->IsClosed()) return Run();

  AsyncHub& hub = environment_.hub();
  if (IsLoopBusy()) {
    hub.Cancel(AsyncHub::kLoopItself);
    core::Outcome outcome =
        hub.Start(&channel_->readable(),
                  {AsyncHub::kLoopItself, AsyncHub::Operation::kReadChannel, /*keeps_alive=*/false,
                   0, channel_->scope(), core::Ref<core::Resource>::Share(channel_.get())});
    if (outcome != core::Outcome::kWait) AvoidPoll();
    return;
  }
  hub.Cancel(AsyncHub::kLoopItself);
  core::Outcome outcome = core::Outcome::kStopping;
  {
    Napi::HandleScope scope(environment_.env());
    // While it waits here, the locks that its earlier runs have left lying about are nobody's.
    core::LongWait wait(core::LongWait::Goal::kMessage, *channel_, environment_,
                        environment_.holder(core::Scope::kPrivate), environment_.parker());
    outcome = channel_->WaitReadable(os::kForever, environment_.parker(),
                                     channel_->scope() == core::Scope::kPrivate ? &wait : nullptr);
  }
  if (outcome == core::Outcome::kDone) Run();
}

void Server::Run() {
  // The handler may leave work in the loop, or more to take: look again before polling.
  AvoidPoll();
  handler_->Call();
}

void Server::Refuse() {
  mailbox_->Close();
  core::Incoming message;
  while (mailbox_->Take(message, 0, environment_.parker()) == core::Outcome::kDone) {
    for (core::Ref<core::Resource>& attachment : message.attachments) {
      if (attachment->kind() != core::Resource::Kind::kThread) continue;
      static_cast<core::ThreadRecord*>(attachment.get())->End(/*by_force=*/true);
    }
  }
}

void Server::Shut() {
  handler_.reset();
  Refuse();
  auto closed = [](uv_handle_t* handle) {
    auto* server = static_cast<Server*>(handle->data);
    if (--server->open_handles_ == 0) delete server;
  };
  uv_close(AsHandle(prepare_), closed);
  uv_close(AsHandle(idle_), closed);
  uv_close(AsHandle(keeper_), closed);
}

namespace {

/// What JavaScript holds; the server itself belongs to the environment.
class ServerObject : public Object {
 public:
  static constexpr ClassId kClass = ClassId::kServer;
  explicit ServerObject(Server* server) : Object(kClass), server_(server) {}
  Server& server() const { return *server_; }

 private:
  Server* server_;
};

/// serve(mailbox, handler): Server
napi_value Serve(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* mailbox = args.As<ChannelObject>(0);
  if (mailbox == nullptr) return nullptr;
  auto* server =
      new Server(args.environment(), core::Ref<core::Channel>::Share(&mailbox->channel()),
                 Napi::Function(env, args[1]));
  return NewInstance(args.environment(), new ServerObject(server));
}

/// switchTo(channel, or null for the mailbox)
napi_value SwitchTo(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<ServerObject>();
  if (self == nullptr) return nullptr;
  core::Ref<core::Channel> channel;
  if (args.Has(0)) {
    auto* object = args.As<ChannelObject>(0);
    if (object == nullptr) return nullptr;
    channel = core::Ref<core::Channel>::Share(&object->channel());
  }
  self->server().Switch(std::move(channel));
  return nullptr;
}

napi_value SetBusy(napi_env env, napi_callback_info info) {
  Args args(env, info);
  if (auto* self = args.Self<ServerObject>()) self->server().SetBusy(args.Bool(0));
  return nullptr;
}

napi_value AwaitQuiet(napi_env env, napi_callback_info info) {
  Args args(env, info);
  if (auto* self = args.Self<ServerObject>()) self->server().AwaitQuiet();
  return nullptr;
}

}  // namespace

void RegisterServer(Environment& environment, napi_value exports) {
  napi_property_descriptor methods[] = {
      Method("switchTo", SwitchTo, environment),
      Method("setBusy", SetBusy, environment),
      Method("awaitQuiet", AwaitQuiet, environment),
  };
  DefineClass(environment, ClassId::kServer, "Server", methods, std::size(methods));
  Export(environment, exports, "serve", Serve);
}

}  // namespace heddle::binding
