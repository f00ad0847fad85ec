#pragma once

#include <sys/syscall.h>

#include <cstdio>

#include "os/linux/scratch.h"

namespace heddle::os {

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

/// What the kernel tells of a descriptor; null if nothing.
inline char* DescriptorInformation(Scratch& scratch, int descriptor) {
  char path[40];
  std::snprintf(path, sizeof path, "/proc/self/fdinfo/%d", descriptor);
  return scratch.Read(path);
}

/// A line of /proc/self/maps.
struct Mapping {
  uintptr_t from;
  uintptr_t to;
  bool is_private;
  uint64_t offset;
  uint64_t inode;
  const char* name;  ///< Up to the end of the line.
};

/// As strtoull(), which also takes signs, spaces and "0x".
inline uint64_t TakeNumber(char*& at, unsigned base) {
  uint64_t value = 0;
  for (;; ++at) {
    bool is_letter = *at >= 'a';
    auto digit = static_cast<unsigned>(*at - (is_letter ? 'a' - 10 : '0'));
    // Between '9' and 'a' nothing is a digit.
    if (digit >= base || (!is_letter && digit > 9)) return value;
    value = value * base + digit;
  }
}

/// Calls `visit(mapping)` for each, by rising addresses. False if they cannot be read.
template <class Visit>
bool ForEachMapping(Visit&& visit) {
  Scratch scratch;
  char* at = scratch.Read("/proc/self/maps");
  if (at == nullptr) return false;
  // "from-to rwxp offset major:minor inode   name"
  while (*at != '\0') {
    Mapping mapping{};
    mapping.from = TakeNumber(at, 16);
    mapping.to = TakeNumber(++at, 16);
    mapping.is_private = at[4] == 'p';
    mapping.offset = TakeNumber(at += 6, 16);
    TakeNumber(++at, 16);
    TakeNumber(++at, 16);
    mapping.inode = TakeNumber(++at, 10);
    while (*at == ' ') ++at;
    mapping.name = at;
    while (*at != '\n' && *at != '\0') ++at;
    if (*at == '\n') *at++ = '\0';
    visit(mapping);
  }
  return true;
}

}  // namespace heddle::os
