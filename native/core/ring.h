#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "core/wait_word.h"

namespace heddle::core {

/// The positions of a ring, which only rise: a byte's place is its position modulo the capacity.
/// They may lie in memory that other processes map, so each is published by one store, after what
/// it covers: whoever is killed in between has changed nothing.
struct RingState {
  std::atomic<uint64_t> head{0};
  std::atomic<uint64_t> tail{0};
  /// Where the bytes are, a multiple of 64 (an address, or an offset in the family's memory), and
  /// in bits 0-5 how many they are, as a power of two. Replaced as a whole when the ring grows.
  std::atomic<uint64_t> area{0};
};

/// Bytes in a ring that grows. Not synchronised: the channel's guard is held.
class Ring {
 public:
  /// A ring of this process, on the heap.
  explicit Ring(RingState& state) : Ring(state, Scope::kPrivate, 0, 0) {}
  /// A ring in the family's memory. It begins with `first`, an area that is not its own, and grows
  /// into units that are marked with `owner`.
  Ring(RingState& state, uint64_t first, uint32_t owner)
      : Ring(state, Scope::kShared, first, owner) {}
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  /// An area as RingState has it. `capacity` is a power of two.
  static uint64_t Area(uint64_t place, uint64_t capacity);

  uint64_t head() const { return state_.head.load(std::memory_order_relaxed); }
  uint64_t tail() const { return state_.tail.load(std::memory_order_relaxed); }
  uint64_t used() const { return tail() - head(); }
  uint64_t capacity() const { return CapacityOf(area()); }

  /// Makes room for `size` more bytes. False where there is none to be had.
  bool Reserve(size_t size) { return (area() != 0 && capacity() - used() >= size) || Grow(size); }
  void CopyIn(uint64_t position, const void* bytes, size_t size);
  void CopyOut(uint64_t position, void* bytes, size_t size) const;
  void PublishTail(uint64_t tail) { state_.tail.store(tail, std::memory_order_release); }
  /// Gives memory back when the ring has become empty after growing large.
  void PublishHead(uint64_t head);
  /// Whether a unit of the family's memory belongs to the ring.
  bool Covers(uint64_t place) const;

 private:
  static constexpr uint64_t kPlace = ~uint64_t{63};
  static uint64_t CapacityOf(uint64_t area) { return uint64_t{1} << (area & ~kPlace); }

  Ring(RingState& state, Scope scope, uint64_t first, uint32_t owner);

  uint64_t area() const { return state_.area.load(std::memory_order_relaxed); }
  std::byte* BytesOf(uint64_t area) const { return base_ + (area & kPlace); }
  bool Grow(size_t size);
  bool Resize(uint64_t capacity);
  uint64_t Allocate(uint64_t capacity);
  void Free(uint64_t area);

  RingState& state_;
  const Scope scope_;
  std::byte* const base_;  ///< Null for the heap, where a place is an address.
  const uint64_t first_;
  const uint32_t owner_;
};

}  // namespace heddle::core
