#include "core/segment.h"

#include <cerrno>

#include "core/segment_tracker.h"
#include "os/random.h"
#include "os/segment.h"

namespace heddle::core {
namespace {

/// CPython's: "psm_" and four random bytes in hexadecimal.
std::string RandomName() {
  unsigned char bytes[4];
  os::RandomBytes(bytes, sizeof bytes);
  std::string name = "psm_";
  for (unsigned char byte : bytes) {
    name += "0123456789abcdef"[byte >> 4];
    name += "0123456789abcdef"[byte & 15];
  }
  return name;
}

}  // namespace

os::Result<Ref<Segment>> Segment::Make(os::Result<int> descriptor, std::string name, bool track) {
  if (!descriptor.ok()) return descriptor.failure();
  // As large as the system made it, which may be more than was asked for.
  os::Result<size_t> size = os::SegmentSize(descriptor.value());
  if (!size.ok()) {
    os::CloseDescriptor(descriptor.value());
    return size.failure();
  }
  if (track && !name.empty()) TrackSegment(name);
  return Ref<Segment>::Adopt(new Segment(descriptor.value(), size.value(), std::move(name), track));
}

os::Result<Ref<Segment>> Segment::Create(const std::string& name, size_t size, bool track) {
  return Make(os::CreateSegment(name, size), name, track);
}

os::Result<Ref<Segment>> Segment::CreateUnnamed(size_t size, bool track) {
  os::Result<int> descriptor = os::CreateUnnamedSegment(size);
  if (descriptor.ok() || descriptor.failure().error != ENOTSUP) {
    return Make(std::move(descriptor), "", track);
  }
  for (;;) {
    os::Result<Ref<Segment>> named = Create(RandomName(), size, track);
    if (named.ok() || named.failure().error != EEXIST) return named;
  }
}

os::Result<Ref<Segment>> Segment::Open(const std::string& name) {
  return Make(os::OpenSegment(name), name, false);
}

Segment::~Segment() { os::CloseDescriptor(descriptor_); }

os::Result<std::string> Segment::Name() {
  std::lock_guard guard(mutex_);
  while (name_.empty()) {
    std::string name = RandomName();
    if (unlinked_) return name_ = name;  // It is gone before anybody knew it: make none.
    // Tracked before it exists: whoever is killed in between leaves nothing.
    if (track_) TrackSegment(name);
    os::Result<bool> named = os::NameSegment(descriptor_, name);
    if (named.ok()) {
      name_ = name;
    } else {
      if (track_) ForgetSegment(name);
      if (named.failure().error != EEXIST) return named.failure();
    }
  }
  return name_;
}

os::Result<bool> Segment::Unlink() {
  std::lock_guard guard(mutex_);
  if (unlinked_) return os::Failure{ENOENT, "shm_unlink"};
  if (!name_.empty()) {
    os::Result<bool> unlinked = os::UnlinkSegment(name_);
    // Where another process was faster, the name may soon be another segment's: forget it, too.
    if (unlinked.ok() || unlinked.failure().error == ENOENT) ForgetSegment(name_);
    if (!unlinked.ok()) return unlinked;
  }
  unlinked_ = true;
  return true;
}

os::Result<os::Mapping> Segment::Map() { return os::MapDescriptor(descriptor_, size_); }

}  // namespace heddle::core
