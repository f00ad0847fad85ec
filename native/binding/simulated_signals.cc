#include "binding/simulated_signals.h"

#include <csignal>
#include <mutex>

#include "binding/args.h"
#include "binding/async_hub.h"
#include "binding/environment.h"

namespace heddle::binding {
namespace {

/// The main thread's, while it lives. Held while something is sent, so that it cannot go meanwhile.
struct Receiver {
  std::mutex mutex;
  SimulatedSignals* signals = nullptr;
};

Receiver& TheReceiver() {
  static auto* receiver = new Receiver;  // Threads use it until the process is gone.
  return *receiver;
}

}  // namespace

SimulatedSignals::SimulatedSignals(Environment& main, Napi::Function handle)
    : main_(main), handle_(handle) {
  Receiver& receiver = TheReceiver();
  std::lock_guard guard(receiver.mutex);
  receiver.signals = this;
}

SimulatedSignals::~SimulatedSignals() {
  Receiver& receiver = TheReceiver();
  std::lock_guard guard(receiver.mutex);
  receiver.signals = nullptr;
}

bool SimulatedSignals::Send(int number) {
  Receiver& receiver = TheReceiver();
  std::lock_guard guard(receiver.mutex);
  SimulatedSignals* signals = receiver.signals;
  if (signals == nullptr) return false;
  // Before the signal is pending: Deliver, which sees that, asks whether a wait took this.
  if (number == SIGINT) signals->main_.parker().Interrupt();
  signals->pending_.fetch_or(uint64_t{1} << (number - 1));
  signals->main_.hub().WakeLoop();
  return true;
}

void SimulatedSignals::Deliver() {
  uint64_t pending = pending_.exchange(0);
  for (int number = 1; pending != 0; ++number, pending >>= 1) {
    if (!(pending & 1)) continue;
    bool thrown = number == SIGINT && !main_.parker().TakeInterrupt();
    handle_.Call({static_cast<uint32_t>(number), thrown ? 1u : 0u});
  }
}

namespace {

/// receiveSignals((number, thrown) => void): this is the main thread
napi_value ReceiveSignals(napi_env env, napi_callback_info info) {
  Args args(env, info);
  args.environment().signals().emplace(args.environment(), Napi::Function(env, args[0]));
  return nullptr;
}

/// sendSignal(number): whether the main thread takes it
napi_value SendSignal(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t number = args.Int(0);
  return args.Return(number >= 1 && number <= SimulatedSignals::kMost &&
                     SimulatedSignals::Send(number));
}

}  // namespace

void RegisterSimulatedSignals(Environment& environment, napi_value exports) {
  Export(environment, exports, "receiveSignals", ReceiveSignals);
  Export(environment, exports, "sendSignal", SendSignal);
}

}  // namespace heddle::binding
