#pragma once

#include <string>

namespace heddle::os {

/// The keeper is a tiny process that outlives ours, however we end, and then removes the names
/// of shared memory that it was told to remember. It is started with the first name.

void KeeperRemember(const std::string& name);
void KeeperForget(const std::string& name);

}  // namespace heddle::os
