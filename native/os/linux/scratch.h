#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

namespace heddle::os {

/// A text of any length in memory of its own: for code that must not allocate, since another thread
/// has been stopped with the allocator's lock in its hands.
class Scratch {
 public:
  Scratch() = default;
  ~Scratch() {
    if (data_ != nullptr) munmap(data_, size_);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// The file's text, with a zero at its end; null if it cannot be read.
  char* Read(const char* path) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return nullptr;
    size_t length = 0;
    for (;;) {
      if (length + 1 >= size_ && !Grow()) break;
      ssize_t got = read(file, data_ + length, size_ - length - 1);
      if (got <= 0) break;
      length += static_cast<size_t>(got);
    }
    close(file);
    if (data_ == nullptr) return nullptr;
    data_[length] = '\0';
    return data_;
  }

 private:
  bool Grow() {
    size_t wanted = size_ == 0 ? size_t{256} << 10 : size_ * 2;
    void* grown = data_ == nullptr ? mmap(nullptr, wanted, PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                                   : mremap(data_, size_, wanted, MREMAP_MAYMOVE);
    if (grown == MAP_FAILED) return false;
    data_ = static_cast<char*>(grown);
    size_ = wanted;
    return true;
  }

  char* data_ = nullptr;
  size_t size_ = 0;
};

/// What getdents64 gives.
struct DirectoryEntry {
  uint64_t inode;
  int64_t next;
  unsigned short size;
  unsigned char type;
  char name[1];
};

/// Calls `visit(number)` for each entry of a directory of numbers (`/proc/self/task`, `…/fd`), the
/// directory's own descriptor left out. False if it cannot be read.
template <class Visit>
bool ForEachNumber(const char* path, Visit&& visit) {
  int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return false;
  alignas(8) char entries[4096];
  long size;
  while ((size = syscall(SYS_getdents64, directory, entries, sizeof entries)) > 0) {
    for (long at = 0; at < size; at += reinterpret_cast<DirectoryEntry*>(entries + at)->size) {
      const char* name = reinterpret_cast<DirectoryEntry*>(entries + at)->name;
      if (*name == '.') continue;
      int number = 0;
      for (; *name != '\0'; ++name) number = number * 10 + (*name - '0');
      if (number != directory) visit(number);
    }
  }
  close(directory);
  return size == 0;
}

}  // namespace heddle::os
