#pragma once

#include <cstdint>

#include "os/result.h"

namespace heddle::core {

/// Says to all programs that this process uses a segment, as long as it has one descriptor of it
/// (os/segment.h): whoever removes the names of what nobody uses leaves its name alone.

/// To be called for each descriptor. ENOENT where the segment is just being removed.
os::Result<bool> BeginUse(int descriptor);
/// Before the descriptor is closed.
void EndUse(int descriptor);

/// Whether no other process uses the segment. To be asked at the end only: this one's own use may
/// have ended by that.
bool IsUsedHereOnly(uint64_t identity);

}  // namespace heddle::core
