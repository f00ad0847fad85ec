#pragma once

#include <cstdint>

#include "core/family.h"
#include "core/resource.h"
#include "os/result.h"

namespace heddle::core {

/// Resources that all processes of the family can hold go from one to another by name: the
/// offset of their state in the family's memory (a multiple of 16), and their kind in bits 0-3.
/// A name on its way counts as a holder.

/// One holder more.
void RetainShared(uint64_t name);
/// One less. What nobody holds is freed.
void ReleaseShared(uint64_t name);

/// Takes over the holding of a name that was on its way. Fails where the memory cannot be had
/// any more (its holder is gone). `holding` is where this process has noted it already.
os::Result<Ref<Resource>> AdoptShared(uint64_t name, FamilyProcesses::Holding* holding = nullptr);

/// Ends the stay of a waiter (waiter_list.h) whose process is dead, where `name` is one's.
void AbandonWait(Family& family, uint64_t name);

/// Marks the locks abandoned that threads of the process in `place` hold: all of them, or where
/// `thread` is not 0 those of that thread (holders.h); and breaks the barriers that they were to
/// open. Wakes who waits for them.
void AbandonHeld(Family& family, uint32_t place, uint32_t thread);

}  // namespace heddle::core
