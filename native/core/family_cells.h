#pragma once

#include <cstdint>

#include "core/arena.h"
#include "core/family.h"
#include "os/result.h"

namespace heddle::core {

/// The cells that the processes of a family share. A slab is one unit:
///
///   byte    0  for each cell, what it is and how many hold it (CellUse)
///   byte 4096  960 cells
///
/// A slab stays as long as the family does, so that a waker that is late may touch a cell that
/// was freed. A cell is taken and given back by one compare-and-swap each.
class FamilyCells {
 public:
  static constexpr uint32_t kPerSlab = 960;
  static constexpr uint32_t kFirst = 4096 / sizeof(Cell);

  /// Bits 0-23 the number of holders (and of messages on their way), 24-31 the kind.
  using CellUse = std::atomic<uint32_t>;
  static constexpr uint32_t kHolders = 0xff'ffff;

  explicit FamilyCells(Family& family) : family_(family) {}

  /// A zeroed cell of that kind (1 to 255), held once.
  os::Result<CellPlace> Allocate(uint8_t kind);
  /// One holder more, or less; the last one's cell is free.
  void Retain(Offset cell) { UseOf(cell).fetch_add(1); }
  void Release(Offset cell);
  uint32_t Holders(Offset cell) { return UseOf(cell).load() & kHolders; }

  uint8_t KindOf(Offset cell) { return static_cast<uint8_t>(UseOf(cell).load() >> 24); }
  CellPlace PlaceOf(Offset cell);
  /// The memory of slab `number`, which must exist.
  os::Mapping Slab(uint32_t number);

  /// Calls `visit(cell, offset)` for all cells of a kind.
  template <class Visit>
  void ForEach(uint8_t kind, Visit&& visit) {
    uint32_t count = family_.header().slab_count.load();
    for (uint32_t slab = 0; slab < count; ++slab) {
      for (uint32_t i = 0; i < kPerSlab; ++i) {
        Offset cell = CellAt(slab, i);
        if (KindOf(cell) == kind) visit(*family_.At<Cell>(cell), cell);
      }
    }
  }

 private:
  Offset SlabAt(uint32_t number) const;
  Offset CellAt(uint32_t slab, uint32_t index) const {
    return SlabAt(slab) + (kFirst + index) * sizeof(Cell);
  }
  CellUse& UseOf(Offset cell) const;
  os::Result<bool> AddSlab(uint32_t known);

  Family& family_;
};

}  // namespace heddle::core
