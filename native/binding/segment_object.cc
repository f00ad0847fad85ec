#include "binding/segment_object.h"

#include <cerrno>

#include "binding/args.h"
#include "binding/made.h"
#include "os/memory.h"

namespace heddle::binding {
namespace {

/// createSegment(name or undefined, bytes, track): Segment
napi_value Create(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto size = static_cast<size_t>(args.Number(1));
  bool track = args.Bool(2);
  if (!args.Has(0)) {
    return Made(args.environment(), core::Segment::CreateUnnamed(size, track), {});
  }
  std::string name = args.String(0);
  return Made(args.environment(), core::Segment::Create(name, size, track), name);
}

/// openSegment(name): Segment
napi_value Open(napi_env env, napi_callback_info info) {
  Args args(env, info);
  std::string name = args.String(0);
  return Made(args.environment(), core::Segment::Open(name), name);
}

/// map(): an ArrayBuffer over a mapping of its own. Unmapped by unmap(), or with the buffer.
napi_value Map(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<SegmentObject>();
  if (self == nullptr) return nullptr;
  os::Result<os::Mapping> mapping = self->segment().Map();
  if (!mapping.ok()) return ThrowFailure(args.environment(), mapping.failure());
  napi_value buffer = nullptr;
  auto* owned = new os::Mapping(mapping.value());
  napi_status status = napi_create_external_arraybuffer(
      env, owned->base, owned->size,
      [](napi_env, void*, void* hint) {
        auto* mapping = static_cast<os::Mapping*>(hint);
        os::Unmap(*mapping);
        delete mapping;
      },
      owned, &buffer);
  if (status == napi_ok) return buffer;
  os::Unmap(*owned);
  delete owned;
  return ThrowFailure(args.environment(), {ENOTSUP, status == napi_no_external_buffers_allowed
                                                        ? "napi_no_external_buffers_allowed"
                                                        : "napi_create_external_arraybuffer"});
}

/// unmap(buffer): empties all views of the buffer at once; the mapping goes with it.
napi_value Unmap(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<SegmentObject>();
  if (self == nullptr) return nullptr;
  napi_detach_arraybuffer(env, args[0]);
  self->segment().Close();
  return nullptr;
}

napi_value Name(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<SegmentObject>();
  if (self == nullptr) return nullptr;
  os::Result<std::string> name = self->segment().Name();
  if (!name.ok()) return ThrowFailure(args.environment(), name.failure());
  return args.Return(name.value());
}

napi_value Unlink(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<SegmentObject>();
  if (self == nullptr) return nullptr;
  os::Result<bool> unlinked = self->segment().Unlink();
  if (!unlinked.ok()) {
    os::Result<std::string> name = self->segment().Name();
    return ThrowFailure(args.environment(), unlinked.failure(),
                        name.ok() ? name.value() : std::string());
  }
  return nullptr;
}

napi_value GetSize(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* self = args.Self<SegmentObject>();
  return self == nullptr ? nullptr : args.Return(static_cast<double>(self->segment().size()));
}

}  // namespace

void RegisterSegment(Environment& environment, napi_value exports) {
  napi_property_descriptor methods[] = {
      Method("map", Map, environment),      Method("unmap", Unmap, environment),
      Method("name", Name, environment),    Method("unlink", Unlink, environment),
      Getter("size", GetSize, environment),
  };
  DefineClass(environment, ClassId::kSegment, "Segment", methods, std::size(methods));
  Export(environment, exports, "createSegment", Create);
  Export(environment, exports, "openSegment", Open);
}

}  // namespace heddle::binding
