#pragma once

#include <string>

namespace heddle::core {

/// The secret by which the processes of a program know each other on sockets. Random, unless it was
/// set (by a parent, or the user); the same in all threads.
std::string ProcessKey();
void SetProcessKey(std::string key);

}  // namespace heddle::core
