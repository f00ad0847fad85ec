#include "binding/block_object.h"

#include <cerrno>
#include <iterator>

#include "binding/args.h"
#include "binding/made.h"

namespace heddle::binding {
namespace {

/// createBlock(bytes): Block
napi_value Create(napi_env env, napi_callback_info info) {
  Args args(env, info);
  return Made(args.environment(), core::SharedBlock::Create(static_cast<size_t>(args.Number(0))));
}

/// map(): an ArrayBuffer over it, which holds the block, too: its views may outlive this object.
napi_value Map(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<BlockObject>();
  if (self == nullptr) return nullptr;
  os::Mapping memory = self->block().memory();
  core::Resource* held = core::Ref<core::Resource>::Share(self->resource()).Leak();
  napi_value buffer = nullptr;
  napi_status status = napi_create_external_arraybuffer(
      env, memory.base, memory.size,
      [](napi_env, void*, void* hint) { static_cast<core::Resource*>(hint)->Release(); }, held,
      &buffer);
  if (status == napi_ok) return buffer;
  held->Release();
  return ThrowFailure(args.environment(), {ENOTSUP, "napi_create_external_arraybuffer"});
}

}  // namespace

void RegisterBlock(Environment& environment, napi_value exports) {
  const napi_property_descriptor methods[] = {Method("map", Map, environment)};
  DefineClass(environment, ClassId::kBlock, "Block", methods, std::size(methods));
  Export(environment, exports, "createBlock", Create);
}

}  // namespace heddle::binding
