#include "os/segment.h"

#include <fcntl.h>
#include <sys/file.h>
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

Result<int> OpenSegmentOf(int64_t process, int descriptor) {
  std::string path = "/proc/" + std::to_string(process) + "/fd/" + std::to_string(descriptor);
  int opened = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (opened < 0) return Failure{errno, "open"};
  return opened;
}

Result<uint64_t> SegmentIdentity(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) < 0) return Failure{errno, "fstat"};
  return static_cast<uint64_t>(status.st_ino) ^ static_cast<uint64_t>(status.st_dev) << 48;
}

Result<bool> UseSegment(int descriptor) {
  // The lock goes with the open file, however its process ends. Who removes a name has it alone.
  if (flock(descriptor, LOCK_SH | LOCK_NB) < 0) {
    return Failure{errno == EWOULDBLOCK ? ENOENT : errno, "flock"};
  }
  return true;
}

bool IsSegmentUnused(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB) == 0; }

std::string SegmentName(int descriptor) {
  std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  char path[512];
  ssize_t length = readlink(link.c_str(), path, sizeof path);
  std::string prefix = std::string(kDirectory) + "/";
  std::string name(path, length < 0 ? 0 : static_cast<size_t>(length));
  // "#<inode>" is how the system calls what never had a name.
  if (!name.starts_with(prefix) || name.ends_with(" (deleted)") || name[prefix.size()] == '#') {
    return {};
  }
  return name.substr(prefix.size());
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
