#include <node_api.h>

#include "binding/block_object.h"
#include "binding/channel_object.h"
#include "binding/connection_object.h"
#include "binding/environment.h"
#include "binding/family.h"
#include "binding/fork.h"
#include "binding/notice.h"
#include "binding/output.h"
#include "binding/primitive_object.h"
#include "binding/process_object.h"
#include "binding/segment_object.h"
#include "binding/server_object.h"
#include "binding/simulated_signals.h"
#include "binding/system.h"
#include "binding/thread_object.h"
#include "binding/waiter_object.h"

/// Node calls this once in each environment (the main thread, every Worker).
NAPI_MODULE_INIT() {
  using namespace heddle::binding;
  Environment* environment = nullptr;
  if (Environment::Create(env, &environment) != napi_ok) {
    napi_throw_error(env, "ERR_HEDDLE_INIT", "heddle: this environment cannot be initialised");
    return nullptr;
  }
  RegisterSystem(*environment, exports);
  RegisterNotices(*environment, exports);
  RegisterLock(*environment, exports);
  RegisterEvent(*environment, exports);
  RegisterSemaphore(*environment, exports);
  RegisterCondition(*environment, exports);
  RegisterBarrier(*environment, exports);
  RegisterWaiter(*environment, exports);
  RegisterChannel(*environment, exports);
  RegisterFamily(*environment, exports);
  RegisterFork(*environment, exports);
  RegisterSegment(*environment, exports);
  RegisterBlock(*environment, exports);
  RegisterThread(*environment, exports);
  RegisterProcess(*environment, exports);
  RegisterServer(*environment, exports);
  RegisterConnection(*environment, exports);
  RegisterSockets(*environment, exports);
  RegisterOutput(*environment, exports);
  RegisterSimulatedSignals(*environment, exports);
  return exports;
}
