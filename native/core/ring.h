#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "os/memory.h"
#include "os/result.h"

namespace heddle::core {

/// The positions of a ring: they only rise, and a byte's place is its position modulo the
/// capacity. They may lie in memory that other processes map, so each is published by one
/// store, after what it covers: whoever is killed in between has changed nothing.
struct RingState {
  std::atomic<uint64_t> head{0};
  std::atomic<uint64_t> tail{0};
  std::atomic<uint64_t> capacity{0};
};

/// Bytes in a ring that grows. Not synchronised: the channel's guard is held.
class Ring {
 public:
  /// Private rings take memory from the heap as they grow; shared ones have all of
  /// `memory` reserved, of which the system gives what is touched.
  explicit Ring(RingState& state);
  Ring(RingState& state, os::Mapping memory);
  ~Ring();
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  uint64_t head() const { return state_.head.load(std::memory_order_relaxed); }
  uint64_t tail() const { return state_.tail.load(std::memory_order_relaxed); }
  uint64_t used() const { return tail() - head(); }

  /// Makes room for `size` more bytes. False where there is none to be had.
  bool Reserve(size_t size);
  void CopyIn(uint64_t position, const void* bytes, size_t size);
  void CopyOut(uint64_t position, void* bytes, size_t size) const;
  void PublishTail(uint64_t tail) { state_.tail.store(tail, std::memory_order_release); }
  /// Gives memory back when the ring has become empty after growing large.
  void PublishHead(uint64_t head);

 private:
  uint64_t capacity() const { return state_.capacity.load(std::memory_order_relaxed); }
  void Resize(uint64_t capacity);

  RingState& state_;
  std::byte* bytes_;
  const size_t reserved_;  ///< 0: on the heap.
};

}  // namespace heddle::core
