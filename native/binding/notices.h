#pragma once

#include <node_api.h>

#include "binding/environment.h"

namespace heddle::binding {

/// noticeCount, putNotice, lastNotice (core/notice_board.h)
void RegisterNotices(Environment& environment, napi_value exports);

}  // namespace heddle::binding
