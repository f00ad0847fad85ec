#pragma once

namespace heddle::os {

/// In a forked process whose threads stand still: gives it loops of its own. Two processes that
/// share an epoll, the eventfd which wakes it or libuv's pipes take each other's wake-ups.
/// Allocates nothing. False if something could not be had.
bool RenewRuntimeDescriptors();

}  // namespace heddle::os
