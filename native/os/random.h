#pragma once

#include <cstddef>

namespace heddle::os {

/// Fills `data` with bytes from the system's random source.
void RandomBytes(void* data, size_t size);

}  // namespace heddle::os
