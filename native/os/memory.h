#pragma once

#include <cstddef>
#include <cstdint>

#include "os/result.h"

namespace heddle::os {

/// A range of mapped memory. Who holds it decides when it is unmapped.
struct Mapping {
  std::byte* base = nullptr;
  size_t size = 0;
};

/// Zeroed memory of this process, page aligned.
Result<Mapping> MapPrivate(size_t size);

/// Zeroed memory without a name that other processes can map through `*descriptor`
/// (close-on-exec). It vanishes with its last user, however that user ends.
Result<Mapping> MapShared(size_t size, int* descriptor);

/// Maps `size` bytes of `descriptor`, readable and writable.
Result<Mapping> MapDescriptor(int descriptor, size_t size);

void Unmap(Mapping mapping);
void CloseDescriptor(int descriptor);

}  // namespace heddle::os
