#include "os/segment.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace heddle::os {
namespace {

/// Where glibc's shm_open keeps its segments, and so CPython's.
constexpr const char* kDirectory = "/dev/shm";

Result<int> Sized(int descriptor, size_t size) {
  if (ftruncate(descriptor, static_cast<off_t>(size)) == 0) return descriptor;
  Failure failure{errno, "ftruncate"};
  close(descriptor);
  return failure;
}

}  // namespace

Result<int> CreateSegment(const std::string& name, size_t size) {
  int descriptor = shm_open(("/" + name).c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0) return Failure{errno, "shm_open"};
  Result<int> sized = Sized(descriptor, size);
  if (!sized.ok()) shm_unlink(("/" + name).c_str());
  return sized;
}

Result<int> CreateUnnamedSegment(size_t size) {
  int descriptor = open(kDirectory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0) return Failure{ENOTSUP, "open"};
  return Sized(descriptor, size);
}

Result<bool> NameSegment(int descriptor, const std::string& name) {
  // The way that open(2) gives for O_TMPFILE without CAP_DAC_READ_SEARCH.
  std::string source = "/proc/self/fd/" + std::to_string(descriptor);
  std::string target = std::string(kDirectory) + "/" + name;
  if (linkat(AT_FDCWD, source.c_str(), AT_FDCWD, target.c_str(), AT_SYMLINK_FOLLOW) < 0) {
    return Failure{errno, "linkat"};
  }
  return true;
}

Result<int> OpenSegment(const std::string& name) {
  int descriptor = shm_open(("/" + name).c_str(), O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0) return Failure{errno, "shm_open"};
  return descriptor;
}

Result<size_t> SegmentSize(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) < 0) return Failure{errno, "fstat"};
  return static_cast<size_t>(status.st_size);
}

Result<bool> UnlinkSegment(const std::string& name) {
  if (shm_unlink(("/" + name).c_str()) < 0) return Failure{errno, "shm_unlink"};
  return true;
}

}  // namespace heddle::os
