#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "core/family_processes.h"
#include "core/guard.h"
#include "os/memory.h"
#include "os/result.h"

namespace heddle::core {

/// A place in the family's memory, the same for all its processes: bytes from its beginning.
using Offset = uint64_t;

/// The memory that a program and the processes which it starts have in common: one mapping
/// without a name, made by the first process that needs it and handed to each child by its
/// descriptor. So it is gone with the last of them, however that one ends, and what lies in it
/// is named by its offset alone.
///
/// It is given out in units, each marked with its owner: a process while it fills or empties
/// them, else the channel that they belong to. What a killed process leaves half done is found
/// by these marks.
///
///   FamilyHeader | the owner of each unit, 4 bytes | units of 64 KiB
///
/// All of it is reserved, and the system gives what is touched.
class Family {
 public:
  static constexpr size_t kUnit = 64 * 1024;

  /// 256 GiB, of which the system gives what is touched.
  static constexpr uint64_t kMostUnits = uint64_t{1} << 22;

  /// The family of this process; founds one if there is none.
  static os::Result<Family*> Get(uint64_t most_units = kMostUnits);
  /// Null where nothing was shared yet.
  static Family* Current();
  /// Enters the family whose memory `descriptor` is, in the place that the parent has reserved.
  static os::Result<Family*> Join(int descriptor, uint32_t place);

  /// The memory's descriptor, for a child.
  int descriptor() const { return descriptor_; }
  std::byte* base() const { return memory_.base; }
  template <class T>
  T* At(Offset offset) const {
    return reinterpret_cast<T*>(memory_.base + offset);
  }
  Offset OffsetOf(const void* place) const {
    return static_cast<Offset>(static_cast<const std::byte*>(place) - memory_.base);
  }

  /// Who owns units. 0 nobody; then processes by their place; then the slabs; then channels; far
  /// above these what the heap (family_heap.h) gives out.
  static constexpr uint32_t kSlabs = FamilyProcesses::kMost + 1;
  static uint32_t OwnedByProcess(uint32_t place) { return place + 1; }
  uint32_t OwnedByChannel(Offset channel) const {
    return kSlabs + 1 + static_cast<uint32_t>((channel - units_) / kUnit);
  }
  uint32_t OwnedHere() const { return OwnedByProcess(processes_.own()); }
  uint32_t OwnerOf(Offset unit) const {
    return owners()[UnitOf(unit)].load(std::memory_order_relaxed);
  }
  Offset UnitAt(Offset place) const { return place - (place - units_) % kUnit; }

  /// `size` zeroed bytes, rounded up to units; ENOMEM.
  os::Result<Offset> Allocate(size_t size, uint32_t owner);
  /// Only the owner does this.
  void Pass(Offset place, size_t size, uint32_t owner);
  void Free(Offset place, size_t size);
  /// Frees all units of `owner` for which `keeps(offset)` is false.
  template <class Keeps>
  void FreeAll(uint32_t owner, Keeps&& keeps) {
    ForEachUnit([&](Offset unit, uint32_t of) {
      if (of == owner && !keeps(unit)) Free(unit, kUnit);
    });
  }
  /// Calls `visit(unit, owner)` for all units that somebody owns.
  template <class Visit>
  void ForEachUnit(Visit&& visit) {
    uint64_t end = header().end.load();
    for (uint64_t unit = 0; unit < end; ++unit) {
      uint32_t owner = owners()[unit].load(std::memory_order_relaxed);
      if (owner != 0) visit(units_ + unit * kUnit, owner);
    }
  }

  /// What `act()` returns, called while the unit cannot be freed; false if it is not `owner`'s.
  template <class Act>
  bool IfOwned(Offset unit, uint32_t owner, Act&& act) {
    header().guard.Lock();
    bool done = owners()[UnitOf(unit)].load() == owner && act();
    header().guard.Unlock();
    return done;
  }

  FamilyProcesses& processes() { return processes_; }
  /// One of the guards of lists of waiters (waiter_list.h).
  Guard& waiters_guard(size_t number) {
    return header().waiters_guards[number % kWaitersGuards].guard;
  }

 private:
  friend class FamilyCells;
  friend class FamilyHeap;

  static constexpr uint32_t kMostSlabs = 4096;
  static constexpr size_t kWaitersGuards = 32;
  static constexpr size_t kBlockClasses = 31;

  struct alignas(64) SharedGuard {
    Guard guard{os::Scope::kShared};
  };

  struct Header {
    uint64_t magic;
    uint64_t unit_count;
    Guard guard{os::Scope::kShared};  ///< The owners, and the list of slabs.
    std::atomic<uint64_t> next{0};    ///< Where the search for free units begins.
    std::atomic<uint64_t> end{0};     ///< No unit from here on was ever used.
    std::atomic<uint32_t> slab_count{0};
    std::atomic<uint32_t> slabs[kMostSlabs];
    SharedGuard waiters_guards[kWaitersGuards];
    SharedGuard heap_guard;
    std::atomic<uint64_t> heap_hints[kBlockClasses];  ///< A unit with room, by its number; or any.
    FamilyProcesses::Table processes;
  };

  Family(os::Mapping memory, int descriptor);
  static os::Result<Family*> Found(uint64_t most_units);
  static Family* Enter(Family* family);
  static size_t Begin(uint64_t unit_count);

  Header& header() const { return *At<Header>(0); }
  std::atomic<uint32_t>* owners() const { return At<std::atomic<uint32_t>>(sizeof(Header)); }
  uint64_t UnitOf(Offset place) const { return (place - units_) / kUnit; }
  bool IsFree(uint64_t from, uint64_t count) const;

  const os::Mapping memory_;
  const int descriptor_;
  const Offset units_;
  FamilyProcesses processes_;
};

}  // namespace heddle::core
