#include "binding/environment.h"

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <vector>

#include "binding/async_hub.h"
#include "binding/descriptor_hub.h"
#include "binding/errors.h"
#include "binding/server_object.h"
#include "core/thread_registry.h"
#include "os/memory.h"
#include "os/signal_pipe.h"
#include "os/thread.h"

namespace heddle::binding {
namespace {

/// The seats that nobody sits in.
struct Seats {
  std::mutex mutex;
  std::vector<Seat*> empty;
};

Seats& TheSeats() {
  static auto* seats = new Seats;
  return *seats;
}

Seat* TakeSeat() {
  Seats& seats = TheSeats();
  {
    std::lock_guard guard(seats.mutex);
    if (!seats.empty.empty()) {
      Seat* seat = seats.empty.back();
      seats.empty.pop_back();
      return seat;
    }
  }
  os::Result<os::Mapping> staging = os::MapPrivate(Staging::kBytes);
  if (!staging.ok()) {
    std::fprintf(stderr, "heddle: no memory for a thread\n");
    std::abort();
  }
  auto* seat = new Seat;
  seat->staging = staging.value().base;
  return seat;
}

void LeaveSeat(Seat* seat) {
  Seats& seats = TheSeats();
  std::lock_guard guard(seats.mutex);
  seats.empty.push_back(seat);
}

/// True as soon as Node has begun to tear the environment down: from then on every call that
/// could run JavaScript is refused.
bool CannotRunJavaScript(napi_env env) {
  napi_value undefined;
  bool equal;
  if (napi_get_undefined(env, &undefined) != napi_ok) return true;
  if (napi_strict_equals(env, undefined, undefined, &equal) == napi_ok) return false;
  // An exception that is only pending refuses, too, but passes.
  bool pending = false;
  return napi_is_exception_pending(env, &pending) != napi_ok || !pending;
}

}  // namespace

void EnvironmentParker::Serve(napi_env env, uv_loop_t* loop, bool is_main) {
  env_ = env;
  loop_ = loop;
  is_main_ = is_main;
  signals_seen_ = 0;
  interrupt_.store(false);
}

void EnvironmentParker::Interrupt() {
  interrupt_.store(true);
  Poke();
}

core::Outcome EnvironmentParker::Interruption() {
  if (CannotRunJavaScript(env_)) return core::Outcome::kStopping;
  if (TakeInterrupt()) return core::Outcome::kInterrupted;
  // Only the main thread's loop reads signals, and only where JavaScript listens to some.
  if (is_main_ && os::PeekInterrupt(loop_->signal_pipefd[0], &signals_seen_)) {
    return core::Outcome::kInterrupted;
  }
  return core::Outcome::kWait;
}

int EnvironmentParker::PokeDescriptor() {
  // terminate() and exit() wake a Worker's loop. The main thread's is woken for much else,
  // and nobody terminates it: there only signals matter.
  return is_main_ ? loop_->signal_pipefd[0] : uv_backend_fd(loop_);
}

napi_status Environment::Create(napi_env env, Environment** created) {
  uv_loop_t* loop;
  napi_status status = napi_get_uv_event_loop(env, &loop);
  if (status != napi_ok) return status;
  auto* environment = new Environment(env, loop, os::IsMainThread());
  status = napi_set_instance_data(
      env, environment, [](napi_env, void* data, void*) { delete static_cast<Environment*>(data); },
      nullptr);
  if (status != napi_ok) {
    delete environment;
    return status;
  }
  status = napi_add_env_cleanup_hook(
      env, [](void* data) { static_cast<Environment*>(data)->CleanUp(); }, environment);
  *created = environment;
  return status;
}

Environment::Environment(napi_env env, uv_loop_t* loop, bool is_main)
    : env_(env),
      loop_(loop),
      is_main_(is_main),
      seat_(TakeSeat()),
      hub_(AsyncHub::Create(*this)),
      descriptors_(new DescriptorHub(*this)),
      own_holder_(is_main ? core::ThreadRegistry::Instance().Main()->ident() : core::NewHolder()) {
  seat_->parker.Serve(env, loop, is_main);
  core::ThreadRegistry::Instance().AddWaiters(&seat_->parker, hub_);
  if (!is_main) return;
  polled_ = new uv_check_t;
  uv_check_init(loop, polled_);
  polled_->data = &seat_->parker;
  uv_check_start(polled_, [](uv_check_t* check) {
    static_cast<EnvironmentParker*>(check->data)->ForgetSignals();
  });
  uv_unref(reinterpret_cast<uv_handle_t*>(polled_));
}

Environment::~Environment() = default;

void Environment::CleanUp() {
  // A run that is still under way is cut short. Its locks, and those that the environment's own
  // code holds, belong to nobody any more.
  if (record_) record_->End(/*by_force=*/true);
  record_ = {};
  if (dummy_) dummy_->End(/*by_force=*/false);
  core::MarkHolderDead(own_holder_);
  core::ThreadRegistry& registry = core::ThreadRegistry::Instance();
  registry.RemoveWaiters(&seat_->parker);
  registry.AlertWaiters();
  signals_.reset();
  if (server_ != nullptr) server_->Shut();
  descriptors_->Shut();
  hub_->Shut();
  if (polled_ != nullptr) {
    uv_close(reinterpret_cast<uv_handle_t*>(polled_),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_check_t*>(handle); });
  }
  LeaveSeat(seat_);
}

core::Primitive* Environment::Waiter(core::Scope scope) {
  core::Ref<core::Primitive>& waiter = waiters_[static_cast<size_t>(scope)];
  if (!waiter) {
    os::Result<core::Ref<core::Primitive>> made =
        core::Primitive::Create(core::PrimitiveKind::kWaiter, scope);
    if (!made.ok()) {
      ThrowFailure(*this, made.failure());
      return nullptr;
    }
    waiter = std::move(made.value());
  }
  return waiter.get();
}

core::Ref<core::ThreadRecord> Environment::OwnRecord() {
  core::ThreadRegistry& registry = core::ThreadRegistry::Instance();
  if (is_main_) return registry.Main();
  if (!dummy_) {
    dummy_ = core::ThreadRecord::Create("Dummy-" + std::to_string(registry.NextNumber()), true,
                                        core::ThreadRecord::Origin::kDummy, own_holder_);
    dummy_->Announce();
    dummy_->Begin(os::CurrentThreadId());
  }
  return dummy_;
}

std::string Environment::Name() {
  if (record_) return record_->name();
  return is_main_ ? "MainThread" : "a Worker";
}

void Environment::VisitHoldings(const std::function<void(core::Resource&)>& visit) {
  objects_.ForEach([&](const Object& object) {
    if (object.resource() != nullptr) visit(*object.resource());
  });
  if (server_ != nullptr) server_->ForEachHolding(visit);
  // What its promises hold: its loop, too, stands still.
  hub_->ForEachWaiter([&](const AsyncHub::Waiter& waiter) {
    if (waiter.resource) visit(*waiter.resource);
  });
}

bool Environment::IsStopping() { return CannotRunJavaScript(env_); }

bool Environment::IsLoopBusy() {
  return server_ != nullptr ? server_->IsLoopBusy() : uv_loop_alive(loop_) != 0;
}

}  // namespace heddle::binding
