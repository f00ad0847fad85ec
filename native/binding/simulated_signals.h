#pragma once

#include <atomic>
#include <cstdint>

#include "binding/loop_callback.h"

namespace heddle::binding {

class Environment;

/// Signals that threads of the program send to its main thread without the system
/// (`_thread.interruptMain`). They reach JavaScript on the main thread's loop; a SIGINT also ends
/// the wait that the thread is in, or enters before.
class SimulatedSignals final {
 public:
  static constexpr int kMost = 64;

  /// `handle(number, thrown)`, on the main thread: `thrown` where a wait has been ended.
  SimulatedSignals(Environment& main, Napi::Function handle);
  ~SimulatedSignals();
  SimulatedSignals(const SimulatedSignals&) = delete;
  SimulatedSignals& operator=(const SimulatedSignals&) = delete;

  /// From any thread; `number` is 1 to kMost. False if the main thread takes none.
  static bool Send(int number);

  /// Hands over what has come. On the main thread, nothing of JavaScript being on the stack.
  void Deliver();

 private:
  Environment& main_;
  LoopCallback handle_;
  std::atomic<uint64_t> pending_{0};  ///< Bit n - 1: signal n.
};

void RegisterSimulatedSignals(Environment& environment, napi_value exports);

}  // namespace heddle::binding
