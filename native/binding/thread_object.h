#pragma once

#include <vector>

#include "binding/object.h"
#include "core/thread_record.h"
#include "os/thread.h"

namespace heddle::binding {

/// One environment's hold on the record of a thread's run.
class ThreadObject : public Object {
 public:
  static constexpr ClassId kClass = ClassId::kThread;
  explicit ThreadObject(core::Ref<core::Resource> record) : Object(kClass, std::move(record)) {}
  core::ThreadRecord& record() const { return *static_cast<core::ThreadRecord*>(resource()); }

  /// The process's threads before a Worker was created for this run.
  std::vector<os::NativeThreadId> before_boot;
};

void RegisterThread(Environment& environment, napi_value exports);

}  // namespace heddle::binding
