#include "core/segment_tracker.h"

#include <cstdlib>
#include <map>
#include <mutex>

#include "core/segment_users.h"
#include "os/keeper.h"
#include "os/memory.h"
#include "os/segment.h"

namespace heddle::core {
namespace {

struct Tracker {
  std::mutex mutex;
  std::map<std::string, uint64_t> segments;
  bool at_exit = false;
};

Tracker& TheTracker() {
  static auto* tracker = new Tracker;
  return *tracker;
}

/// The file's number of an identity.
uint64_t FileOf(uint64_t identity) { return identity & 0xffff'ffff'ffff; }

/// Whether the name may be removed: nobody else uses the segment, and it is still the one that has
/// the name.
bool IsLeft(const std::string& name, uint64_t identity) {
  os::Result<int> found = os::OpenSegment(name);
  if (!found.ok()) return false;
  os::Result<uint64_t> its = os::SegmentIdentity(found.value());
  bool is_it = its.ok() && its.value() == identity;
  bool is_left = is_it && (IsUsedHereOnly(identity) || os::IsSegmentUnused(found.value()));
  os::CloseDescriptor(found.value());
  return is_left;
}

}  // namespace

void TrackSegment(const std::string& name, uint64_t identity) {
  Tracker& tracker = TheTracker();
  std::lock_guard guard(tracker.mutex);
  if (!tracker.at_exit) {
    tracker.at_exit = true;
    std::atexit(UnlinkTrackedSegments);
  }
  tracker.segments[name] = identity;
  os::KeeperRemember(name, FileOf(identity));
}

void ForgetSegment(const std::string& name) {
  Tracker& tracker = TheTracker();
  std::lock_guard guard(tracker.mutex);
  auto found = tracker.segments.find(name);
  if (found == tracker.segments.end()) return;
  os::KeeperForget(name, FileOf(found->second));
  tracker.segments.erase(found);
}

void ForgetSegments() {
  Tracker& tracker = TheTracker();
  std::lock_guard guard(tracker.mutex);
  tracker.segments.clear();
  os::LeaveKeeper();
}

void UnlinkTrackedSegments() {
  Tracker& tracker = TheTracker();
  std::lock_guard guard(tracker.mutex);
  for (const auto& [name, identity] : tracker.segments) {
    // The keeper waits for the others.
    if (!IsLeft(name, identity)) continue;
    os::UnlinkSegment(name);
    os::KeeperForget(name, FileOf(identity));
  }
  tracker.segments.clear();
}

}  // namespace heddle::core
