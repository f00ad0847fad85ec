#pragma once

#include "binding/object.h"
#include "core/shared_block.h"

namespace heddle::binding {

/// One environment's hold on a block of the memory that processes share.
class BlockObject : public Object {
 public:
  static constexpr ClassId kClass = ClassId::kBlock;
  explicit BlockObject(core::Ref<core::Resource> block) : Object(kClass, std::move(block)) {}
  core::SharedBlock& block() const { return *static_cast<core::SharedBlock*>(resource()); }
};

void RegisterBlock(Environment& environment, napi_value exports);

}  // namespace heddle::binding
