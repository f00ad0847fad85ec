#pragma once

#include <cstdint>

#include "core/resource.h"

namespace heddle::core {

/// Where a resource waits for an environment of this process that does not exist yet: its
/// creator leaves it and tells the newcomer the ticket. A ticket is good once.
uint64_t Deposit(Ref<Resource> resource);

/// Null if the ticket is not good.
Ref<Resource> Withdraw(uint64_t ticket);

}  // namespace heddle::core
