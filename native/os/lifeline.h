#pragma once

#include "os/result.h"

namespace heddle::os {

/// How a child learns of its parent's end, however that came about: a pipe that the parent never
/// writes to. The kernel closes the parent's end with the parent.
struct Lifeline {
  int read_end;   ///< For children.
  int write_end;  ///< Held by the parent alone, for its whole life.
};

/// Both are close-on-exec.
Result<Lifeline> MakeLifeline();

/// In the child: calls `callback(context)` once, on the watching thread, when the parent is gone.
/// It is not delayed by a JavaScript that never yields or a thread that is blocked. It cannot be
/// taken back: the descriptor stays open until then. Programs that the child runs do not get it.
Result<bool> OnLifelineEnd(int read_end, void (*callback)(void*), void* context);

}  // namespace heddle::os
