#include "binding/board_object.h"

#include <cstring>

#include "binding/args.h"

namespace heddle::binding {
namespace {

/// add(text): number
napi_value Add(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<BoardObject>();
  if (self == nullptr) return nullptr;
  std::string text = args.String(0);
  return args.Return(static_cast<int32_t>(self->board().Add(text.data(), text.size())));
}

/// at(number): text, or undefined
napi_value At(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<BoardObject>();
  if (self == nullptr) return nullptr;
  const std::vector<std::byte>* entry = self->board().At(args.Unsigned(0));
  if (entry == nullptr) return nullptr;
  napi_value text = nullptr;
  napi_create_string_utf8(env, reinterpret_cast<const char*>(entry->data()), entry->size(), &text);
  return text;
}

/// createBoard(): Board
napi_value Create(napi_env env, napi_callback_info info) {
  Args args(env, info);
  return NewInstance(args.environment(),
                     core::Ref<core::Resource>::Adopt(core::Board::Create().Leak()));
}

}  // namespace

void RegisterBoard(Environment& environment, napi_value exports) {
  napi_property_descriptor methods[] = {
      Method("add", Add, environment),
      Method("at", At, environment),
  };
  DefineClass(environment, ClassId::kBoard, "Board", methods, std::size(methods));
  Export(environment, exports, "createBoard", Create);
}

}  // namespace heddle::binding
