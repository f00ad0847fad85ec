#pragma once

#include <cstdint>
#include <string>

namespace heddle::os {

/// The keeper is a tiny process that outlives ours, however we end, and then removes the names
/// of shared memory that it was told to remember, each as soon as no program of heddle's uses it
/// any more. It is started with the first name. One call at a time.

/// `file`: the file's number, so that another one that has the name later is left alone.
void KeeperRemember(const std::string& name, uint64_t file);
void KeeperForget(const std::string& name, uint64_t file);

/// In a copy of the process: the keeper is the original's, whose end it would not see while the
/// copy holds on to it. The next name here has another one.
void LeaveKeeper();

}  // namespace heddle::os
