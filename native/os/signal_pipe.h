#pragma once

namespace heddle::os {

/// Looks into libuv's signal pipe without consuming it. `*seen` remembers how much of the
/// pipe an earlier call looked at. Returns true when SIGINT arrived since then.
bool PeekInterrupt(int descriptor, int* seen);

}  // namespace heddle::os
