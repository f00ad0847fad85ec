#pragma once

#include "binding/object.h"
#include "core/board.h"

namespace heddle::binding {

/// One environment's hold on a board.
class BoardObject : public Object {
 public:
  static constexpr ClassId kClass = ClassId::kBoard;
  explicit BoardObject(core::Ref<core::Resource> board) : Object(kClass, std::move(board)) {}
  core::Board& board() const { return *static_cast<core::Board*>(resource()); }
};

void RegisterBoard(Environment& environment, napi_value exports);

}  // namespace heddle::binding
