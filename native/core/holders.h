#pragma once

#include <cstdint>

namespace heddle::core {

/// Names a thread as the holder of locks: 1 to 2^30 - 1, never used twice in a process.
using HolderId = uint32_t;

HolderId NewHolder();

/// Says that the thread was ended by force: what it held is abandoned.
void MarkHolderDead(HolderId holder);

bool IsHolderDead(HolderId holder);

/// The same thread as the holder of locks that processes share: in bits 20-29 the process (its
/// place in the family, and one), in bits 0-19 the thread. Whoever finds it dead marks its locks.
HolderId SharedHolder(HolderId holder);

/// Whether the process of that holder is known to be dead, although its locks may not be marked
/// yet.
bool IsSharedHolderGone(HolderId shared);

/// Whether `shared` is a thread of the process in that place, and (unless 0) that thread.
bool IsSharedHolder(HolderId shared, uint32_t place, HolderId thread);

}  // namespace heddle::core
