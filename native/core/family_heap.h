#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "core/family.h"
#include "os/result.h"

namespace heddle::core {

/// Blocks of any size in the family's memory: values and arrays that processes share. Small ones
/// of about the same size lie in one unit, a page; a large one has units of its own. A page whose
/// last block is freed is given back.
///
///   page:   stride, live, first (PageHeader), 64 bytes | blocks of `stride` bytes each
///   block:  use, size (BlockHeader), 16 bytes | the data
///
/// A block is known by its header's offset, a multiple of 16. Only the guard's holder makes and
/// frees blocks and pages. Who is killed meanwhile leaves his mark on the block, by which whoever
/// buries him finds it, and counts that the next holder of the guard makes anew.
class FamilyHeap {
 public:
  explicit FamilyHeap(Family& family) : family_(family) {}

  /// A block of `size` zeroed bytes, held once and noted as that (unless `holding` is null).
  os::Result<Offset> Allocate(size_t size, FamilyProcesses::Holding* holding);
  /// One holder more.
  void Retain(Offset block) { HeaderOf(block).use.fetch_add(1); }
  /// One less, who has crossed the block out of his notes unless he gives his note here. The last
  /// one's block is freed: it then leaves the notes when it bears his mark, so that it cannot be
  /// lost if he is killed.
  void Release(Offset block, FamilyProcesses::Holding* holding = nullptr);
  uint32_t Holders(Offset block) { return static_cast<uint32_t>(HeaderOf(block).use.load()); }

  /// Where the data is, a multiple of 16; it stays there.
  std::byte* Data(Offset block) { return family_.base() + block + sizeof(BlockHeader); }
  size_t SizeOf(Offset block) { return HeaderOf(block).size; }

  /// Frees what the dead process was making or freeing.
  void ReleaseLeft(uint32_t dead);

  /// What a block of so many bytes takes; more than this has units of its own.
  static constexpr size_t kLargestStride = 8192;
  static size_t StrideOf(size_t size);

 private:
  struct BlockHeader {
    /// Bits 0-31 how many hold it; 32-63 who makes or frees it (its place, and one), or 0.
    std::atomic<uint64_t> use;
    uint64_t size;
  };
  static_assert(sizeof(BlockHeader) == 16);

  struct alignas(64) PageHeader {
    uint32_t stride;
    uint32_t live;   ///< Blocks in use.
    uint32_t first;  ///< None before this one is free.
  };

  /// The owners of units: a page of a class, or a large block that begins in unit `n`.
  static constexpr uint32_t kPage = 1u << 31;
  static constexpr uint32_t kLarge = 1u << 30;

  static size_t ClassOf(size_t size);
  static size_t StrideOfClass(size_t number);
  static uint32_t Capacity(const PageHeader& page) {
    return static_cast<uint32_t>((Family::kUnit - sizeof(PageHeader)) / page.stride);
  }

  BlockHeader& HeaderOf(Offset block) const { return *family_.At<BlockHeader>(block); }
  PageHeader& PageOf(Offset unit) const { return *family_.At<PageHeader>(unit); }
  Offset BlockOf(Offset page, uint32_t index) const {
    return page + sizeof(PageHeader) + index * uint64_t{PageOf(page).stride};
  }
  size_t WholeOf(Offset block) const { return HeaderOf(block).size + sizeof(BlockHeader); }
  uint64_t MarkOf(uint32_t place) const { return uint64_t{place + 1} << 32; }
  uint64_t MarkHere() const { return MarkOf(family_.processes().own()); }

  void Lock();
  void Unlock() { family_.header().heap_guard.guard.Unlock(); }
  void Repair();
  os::Result<Offset> FindPage(size_t number);
  bool HasRoom(Offset unit, size_t number) const;
  uint32_t FindFree(Offset page) const;
  os::Result<Offset> AllocateSmall(size_t size, FamilyProcesses::Holding* holding);
  os::Result<Offset> AllocateLarge(size_t size, FamilyProcesses::Holding* holding);
  void Claim(Offset block, size_t size, FamilyProcesses::Holding* holding);
  void FreeSmall(Offset block);
  /// Makes its units ours, for Family::Free.
  void TakeLarge(Offset block);
  void FreePage(Offset page);

  Family& family_;
};

}  // namespace heddle::core
