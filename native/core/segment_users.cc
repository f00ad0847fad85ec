#include "core/segment_users.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <vector>

#include "os/segment.h"

namespace heddle::core {
namespace {

struct Users {
  std::mutex mutex;
  /// The descriptors of each segment. The first one says that it is used: two would be in each
  /// other's way when the name is to be removed.
  std::map<uint64_t, std::vector<int>> descriptors;
};

Users& TheUsers() {
  static auto* users = new Users;
  return *users;
}

}  // namespace

os::Result<bool> BeginUse(int descriptor) {
  os::Result<uint64_t> identity = os::SegmentIdentity(descriptor);
  if (!identity.ok()) return identity.failure();
  Users& users = TheUsers();
  std::lock_guard guard(users.mutex);
  std::vector<int>& all = users.descriptors[identity.value()];
  if (all.empty()) {
    os::Result<bool> used = os::UseSegment(descriptor);
    if (!used.ok()) {
      users.descriptors.erase(identity.value());
      return used;
    }
  }
  all.push_back(descriptor);
  return true;
}

void EndUse(int descriptor) {
  os::Result<uint64_t> identity = os::SegmentIdentity(descriptor);
  if (!identity.ok()) return;
  Users& users = TheUsers();
  std::lock_guard guard(users.mutex);
  auto found = users.descriptors.find(identity.value());
  if (found == users.descriptors.end()) return;
  std::vector<int>& all = found->second;
  bool was_first = all.front() == descriptor;
  std::erase(all, descriptor);
  if (all.empty()) {
    users.descriptors.erase(found);
  } else if (was_first) {
    // While the other one still holds it: nobody can come in between.
    os::UseSegment(all.front());
  }
}

bool IsUsedHereOnly(uint64_t identity) {
  Users& users = TheUsers();
  std::lock_guard guard(users.mutex);
  auto found = users.descriptors.find(identity);
  return found != users.descriptors.end() && os::IsSegmentUnused(found->second.front());
}

}  // namespace heddle::core
