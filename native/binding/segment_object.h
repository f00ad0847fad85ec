#pragma once

#include "binding/object.h"
#include "core/segment.h"

namespace heddle::binding {

/// One environment's hold on a segment of shared memory.
class SegmentObject : public Object {
 public:
  static constexpr ClassId kClass = ClassId::kSegment;
  explicit SegmentObject(core::Ref<core::Resource> segment) : Object(kClass, std::move(segment)) {}
  core::Segment& segment() const { return *static_cast<core::Segment*>(resource()); }
};

void RegisterSegment(Environment& environment, napi_value exports);

}  // namespace heddle::binding
