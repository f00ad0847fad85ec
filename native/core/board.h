#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

#include "core/resource.h"

namespace heddle::core {

/// Byte strings that are written once and read by number: what every worker of a pool must know
/// (the functions that tasks call) and no message should carry again.
class Board final : public Resource {
 public:
  static Ref<Board> Create() { return Ref<Board>::Adopt(new Board); }

  uint32_t Add(const void* bytes, size_t size) {
    auto* begin = static_cast<const std::byte*>(bytes);
    std::lock_guard guard(mutex_);
    entries_.emplace_back(begin, begin + size);
    return static_cast<uint32_t>(entries_.size() - 1);
  }

  /// The entry, which stays where it is as long as the board lives; null if there is none.
  const std::vector<std::byte>* At(uint32_t number) {
    std::lock_guard guard(mutex_);
    return number < entries_.size() ? &entries_[number] : nullptr;
  }

 private:
  Board() : Resource(Kind::kBoard) {}

  std::mutex mutex_;
  std::deque<std::vector<std::byte>> entries_;
};

}  // namespace heddle::core
