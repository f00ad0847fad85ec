#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "os/result.h"

namespace heddle::os {

/// Named shared memory, the kind that CPython's shared_memory maps too. A name has no slash.

/// Creates the segment `name` of `size` zeroed bytes; fails with EEXIST where it exists.
/// Returns its descriptor (close-on-exec).
Result<int> CreateSegment(const std::string& name, size_t size);

/// Creates a segment that has no name yet. Fails with ENOTSUP where the system has none.
Result<int> CreateUnnamedSegment(size_t size);

/// Gives a segment of CreateUnnamedSegment its name; fails with EEXIST where it is taken.
Result<bool> NameSegment(int descriptor, const std::string& name);

/// Opens an existing segment; ENOENT where there is none. Returns its descriptor.
Result<int> OpenSegment(const std::string& name);

/// Opens the segment that another process has open as `descriptor`.
Result<int> OpenSegmentOf(int64_t process, int descriptor);

/// What tells segments apart as long as somebody has them open.
Result<uint64_t> SegmentIdentity(int descriptor);

/// Says that this process uses the segment, as long as `descriptor` is open: ENOENT if somebody is
/// about to remove it. Each process says so by one descriptor of a segment at a time.
Result<bool> UseSegment(int descriptor);

/// Whether nobody but who uses it by `descriptor` does: heddle's programs, that is.
bool IsSegmentUnused(int descriptor);

/// The name that a segment was created or opened by; empty where it had none then, or has none
/// any more.
std::string SegmentName(int descriptor);

/// The size of a segment in bytes.
Result<size_t> SegmentSize(int descriptor);

/// Removes the name. Who has the segment open keeps it.
Result<bool> UnlinkSegment(const std::string& name);

}  // namespace heddle::os
