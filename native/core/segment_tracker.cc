#include "core/segment_tracker.h"

#include <cstdlib>
#include <mutex>
#include <set>

#include "os/keeper.h"
#include "os/segment.h"

namespace heddle::core {
namespace {

struct Tracker {
  std::mutex mutex;
  std::set<std::string> names;
  bool at_exit = false;
};

Tracker& TheTracker() {
  static auto* tracker = new Tracker;
  return *tracker;
}

}  // namespace

void TrackSegment(const std::string& name) {
  Tracker& tracker = TheTracker();
  std::lock_guard guard(tracker.mutex);
  if (!tracker.at_exit) {
    tracker.at_exit = true;
    std::atexit(UnlinkTrackedSegments);
  }
  tracker.names.insert(name);
  os::KeeperRemember(name);
}

void ForgetSegment(const std::string& name) {
  Tracker& tracker = TheTracker();
  std::lock_guard guard(tracker.mutex);
  if (tracker.names.erase(name) != 0) os::KeeperForget(name);
}

void UnlinkTrackedSegments() {
  Tracker& tracker = TheTracker();
  std::lock_guard guard(tracker.mutex);
  for (const std::string& name : tracker.names) {
    os::UnlinkSegment(name);
    os::KeeperForget(name);
  }
  tracker.names.clear();
}

}  // namespace heddle::core
