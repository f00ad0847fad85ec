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
/// (close-on-exec). It vanishes with its last user, however that user ends. The system gives what
/// is touched, so that far more may be asked for than there is.
Result<Mapping> MapShared(size_t size, int* descriptor);

/// Maps `size` bytes of `descriptor`, readable and writable.
Result<Mapping> MapDescriptor(int descriptor, size_t size);

/// Zeroes part of memory made by MapShared, for all who map it, and gives it back to the system
/// until it is touched again. Whole pages.
void GiveBack(Mapping part);

void Unmap(Mapping mapping);
void CloseDescriptor(int descriptor);

}  // namespace heddle::os
