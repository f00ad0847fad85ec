#pragma once

#include <cstdint>

namespace heddle::core {

/// Names a thread as the holder of locks: 1 to 2^30 - 1, never used twice in a process.
using HolderId = uint32_t;

HolderId NewHolder();

/// Says that the thread was ended by force: what it held is abandoned.
void MarkHolderDead(HolderId holder);

bool IsHolderDead(HolderId holder);

}  // namespace heddle::core
