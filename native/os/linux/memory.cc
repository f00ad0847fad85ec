#include "os/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace heddle::os {
namespace {

Result<Mapping> Map(size_t size, int flags, int descriptor) {
  void* base = mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, descriptor, 0);
  if (base == MAP_FAILED) return Failure{errno, "mmap"};
  return Mapping{static_cast<std::byte*>(base), size};
}

}  // namespace

Result<Mapping> MapPrivate(size_t size) { return Map(size, MAP_PRIVATE | MAP_ANONYMOUS, -1); }

Result<Mapping> MapShared(size_t size, int* descriptor) {
  int memory = memfd_create("heddle", MFD_CLOEXEC);
  if (memory < 0) return Failure{errno, "memfd_create"};
  if (ftruncate(memory, static_cast<off_t>(size)) < 0) {
    Failure failure{errno, "ftruncate"};
    close(memory);
    return failure;
  }
  Result<Mapping> mapping = MapDescriptor(memory, size);
  if (mapping.ok()) {
    *descriptor = memory;
  } else {
    close(memory);
  }
  return mapping;
}

Result<Mapping> MapDescriptor(int descriptor, size_t size) {
  return Map(size, MAP_SHARED | MAP_NORESERVE, descriptor);
}

void GiveBack(Mapping part) {
  if (madvise(part.base, part.size, MADV_REMOVE) != 0) std::memset(part.base, 0, part.size);
}

void Unmap(Mapping mapping) { munmap(mapping.base, mapping.size); }

void CloseDescriptor(int descriptor) { close(descriptor); }

}  // namespace heddle::os
