#pragma once

#include <cstdint>
#include <string>

namespace heddle::os {

/// The keeper is a tiny process that outlives ours, however we end, and then removes the names
/// of shared memory that it was told to remember, each as soon as no program of heddle's uses it
/// any more. It is started with the first name.

/// `file`: the file's number, so that another one that has the name later is left alone.
void KeeperRemember(const std::string& name, uint64_t file);
void KeeperForget(const std::string& name, uint64_t file);

}  // namespace heddle::os
