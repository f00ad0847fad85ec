#include "binding/notice.h"

#include "binding/args.h"
#include "binding/channel_object.h"
#include "binding/made.h"
#include "core/notices.h"

namespace heddle::binding {
namespace {

uint32_t SlotOf(const Args& args) { return args.Unsigned(0) % core::kNoticeSlots; }

/// postNotice(slot, channel or undefined): number
napi_value Post(napi_env env, napi_callback_info info) {
  Args args(env, info);
  core::Ref<core::Channel> notice;
  if (args.Has(1)) {
    auto* channel = args.As<ChannelObject>(1);
    if (channel == nullptr) return nullptr;
    notice = core::Ref<core::Channel>::Share(&channel->channel());
  }
  return args.Return(static_cast<int32_t>(core::PostNotice(SlotOf(args), std::move(notice))));
}

/// noticeNumber(slot): 0 if there was never one
napi_value Number(napi_env env, napi_callback_info info) {
  Args args(env, info);
  return args.Return(static_cast<int32_t>(core::NoticeNumber(SlotOf(args))));
}

/// noticeCount(): the number of the last one
napi_value Count(napi_env env, napi_callback_info info) {
  return Args(env, info).Return(static_cast<int32_t>(core::NoticeCount()));
}

/// readNotice(slot): the channel, or undefined
napi_value Read(napi_env env, napi_callback_info info) {
  Args args(env, info);
  core::Ref<core::Channel> notice = core::ReadNotice(SlotOf(args));
  if (!notice) return nullptr;
  return Made(args.environment(), std::move(notice));
}

}  // namespace

void RegisterNotices(Environment& environment, napi_value exports) {
  Export(environment, exports, "postNotice", Post);
  Export(environment, exports, "noticeNumber", Number);
  Export(environment, exports, "noticeCount", Count);
  Export(environment, exports, "readNotice", Read);
}

}  // namespace heddle::binding
