#pragma once

#include <cstddef>

namespace heddle::os {

/// Writes all of `data`, waiting up to `patience_ms` at a time while the descriptor takes
/// nothing. `give_up` is asked between waits. Returns 0, an errno, or EAGAIN when given up.
int WriteAll(int descriptor, const void* data, size_t size, int patience_ms, bool (*give_up)(void*),
             void* context);

}  // namespace heddle::os
