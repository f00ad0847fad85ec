#pragma once

#include "binding/object.h"
#include "core/process_record.h"

namespace heddle::binding {

/// One environment's hold on the record of a child process, or of the parent.
class ProcessObject : public Object {
 public:
  static constexpr ClassId kClass = ClassId::kProcess;
  explicit ProcessObject(core::Ref<core::Resource> record) : Object(kClass, std::move(record)) {}
  core::ProcessRecord& record() const { return *static_cast<core::ProcessRecord*>(resource()); }
};

void RegisterProcess(Environment& environment, napi_value exports);

}  // namespace heddle::binding
