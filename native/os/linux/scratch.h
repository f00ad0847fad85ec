#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace heddle::os {

/// Memory of its own that grows: for code that must not allocate, since another thread has been
/// stopped with the allocator's lock in its hands.
class ScratchMemory {
 public:
  ScratchMemory() = default;
  ~ScratchMemory() {
    if (data_ != nullptr) munmap(data_, size_);
  }
  ScratchMemory(const ScratchMemory&) = delete;
  ScratchMemory& operator=(const ScratchMemory&) = delete;

  /// False if there is no memory: then it is as it was.
  bool Reserve(size_t bytes) {
    if (bytes <= size_) return true;
    size_t wanted = size_ == 0 ? kFirstBytes : size_;
    while (wanted < bytes) wanted *= 2;
    void* grown = data_ == nullptr ? mmap(nullptr, wanted, PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                                   : mremap(data_, size_, wanted, MREMAP_MAYMOVE);
    if (grown == MAP_FAILED) return false;
    data_ = grown;
    size_ = wanted;
    return true;
  }

  void* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  static constexpr size_t kFirstBytes = size_t{64} << 10;

  void* data_ = nullptr;
  size_t size_ = 0;
};

/// A text of any length.
class Scratch {
 public:
  /// The file's text, with a zero at its end; null if it cannot be read.
  char* Read(const char* path) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return nullptr;
    size_t length = 0;
    ssize_t got = -1;
    while (memory_.Reserve(length + 2)) {
      got = read(file, text() + length, memory_.size() - length - 1);
      if (got <= 0) break;
      length += static_cast<size_t>(got);
      got = -1;
    }
    close(file);
    // All of it, or nothing.
    if (got != 0) return nullptr;
    text()[length] = '\0';
    return text();
  }

 private:
  char* text() const { return static_cast<char*>(memory_.data()); }

  ScratchMemory memory_;
};

/// A list of any length.
template <class Item>
class ScratchList {
 public:
  /// False if there is no memory for it.
  bool Add(const Item& item) {
    if (!memory_.Reserve((count_ + 1) * sizeof(Item))) return false;
    items()[count_++] = item;
    return true;
  }

  Item* begin() { return items(); }
  Item* end() { return items() + count_; }
  const Item* begin() const { return items(); }
  const Item* end() const { return items() + count_; }

 private:
  static_assert(std::is_trivially_copyable_v<Item>);

  Item* items() const { return static_cast<Item*>(memory_.data()); }

  ScratchMemory memory_;
  size_t count_ = 0;
};

}  // namespace heddle::os
