#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "core/cell.h"
#include "os/memory.h"
#include "os/result.h"

namespace heddle::core {

/// Where a cell lies: its slab's number within the arena, and its place in the slab.
struct CellPlace {
  Cell* cell = nullptr;
  uint32_t slab = 0;
  uint32_t index = 0;
};

/// The cells that only this process has. Slabs are never unmapped, so that a waker that is late
/// may touch a cell which has been freed; a freed cell is zeroed and used again.
class Arena {
 public:
  static constexpr size_t kSlabBytes = 256 * 1024;
  static constexpr uint32_t kCellsPerSlab = kSlabBytes / sizeof(Cell);

  static Arena& OfProcess();

  /// A zeroed cell.
  os::Result<CellPlace> Allocate();
  void Free(CellPlace place);

  /// The memory of slab `number`, which must exist.
  os::Mapping Slab(uint32_t number);

 private:
  std::mutex mutex_;
  std::vector<os::Mapping> slabs_;
  std::vector<CellPlace> free_;
  uint32_t used_in_last_ = kCellsPerSlab;
};

}  // namespace heddle::core
