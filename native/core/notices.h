#pragma once

#include <cstdint>

#include "core/channel.h"
#include "core/resource.h"

namespace heddle::core {

/// What one thread tells all threads of the process, those of the future too: one notice in each
/// slot, a channel whose messages are read where they are. The slots' meanings are JavaScript's.
constexpr uint32_t kNoticeSlots = 8;

/// Replaces the notice; null takes it away. Returns its number: they count up over all slots.
uint32_t PostNotice(uint32_t slot, Ref<Channel> notice);

/// The number of the notice that is there; 0 if there was never one. Cheap.
uint32_t NoticeNumber(uint32_t slot);

/// The number of the last one. Cheap: threads ask again and again.
uint32_t NoticeCount();

/// The notice, or null.
Ref<Channel> ReadNotice(uint32_t slot);

}  // namespace heddle::core
