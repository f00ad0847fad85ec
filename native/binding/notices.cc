#include "binding/notices.h"

#include <utility>

#include "binding/args.h"
#include "binding/object.h"
#include "core/notice_board.h"

namespace heddle::binding {
namespace {

/// noticeCount(): number
napi_value NoticeCount(napi_env env, napi_callback_info info) {
  return Args(env, info).Return(static_cast<double>(core::NoticeCount()));
}

/// putNotice(topic, text, objects): number
napi_value PutNotice(napi_env env, napi_callback_info info) {
  Args args(env, info);
  core::Notice notice;
  notice.text = args.String(1);
  uint32_t length = 0;
  napi_get_array_length(env, args[2], &length);
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element = nullptr;
    napi_get_element(env, args[2], i, &element);
    Object* object = Unwrap(env, element);
    if (object == nullptr || object->resource() == nullptr) return nullptr;
    notice.resources.push_back(core::Ref<core::Resource>::Share(object->resource()));
  }
  return args.Return(static_cast<double>(core::PutNotice(args.Unsigned(0), std::move(notice))));
}

/// lastNotice(topic): [number, text, ...objects], or undefined
napi_value LastNotice(napi_env env, napi_callback_info info) {
  Args args(env, info);
  core::Notice notice = core::LastNotice(args.Unsigned(0));
  if (notice.number == 0) return nullptr;
  napi_value array = nullptr;
  napi_create_array(env, &array);
  napi_set_element(env, array, 0, args.Return(static_cast<double>(notice.number)));
  napi_set_element(env, array, 1, args.Return(notice.text));
  uint32_t index = 2;
  for (core::Ref<core::Resource>& resource : notice.resources) {
    napi_value object = NewInstance(args.environment(), std::move(resource));
    if (object == nullptr) return nullptr;
    napi_set_element(env, array, index++, object);
  }
  return array;
}

}  // namespace

void RegisterNotices(Environment& environment, napi_value exports) {
  Export(environment, exports, "noticeCount", NoticeCount);
  Export(environment, exports, "putNotice", PutNotice);
  Export(environment, exports, "lastNotice", LastNotice);
}

}  // namespace heddle::binding
