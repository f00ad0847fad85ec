#pragma once

#include <cstdint>

#include "core/family.h"
#include "core/family_processes.h"
#include "os/result.h"

namespace heddle::core {

/// Descriptors on their way to other processes. Whoever hands one over keeps a copy of it, and
/// gives it to whoever comes to its desk, a socket in the system's abstract space that the
/// watching thread serves, and knows the ticket's key. Only processes of the same user are served.
/// (To take a descriptor out of a process by the system's own means is a debugger's right, which
/// containers and hardened systems refuse.)

/// Good once.
struct Ticket {
  uint64_t desk;
  uint64_t key;
};

struct HandedOver {
  int descriptor;
  bool is_socket;
  bool readable;
  bool writable;
};

/// Leaves a copy of the descriptor at this process's desk, for as long as the process lives.
os::Result<Ticket> HandOver(int descriptor);
/// The descriptor of a ticket; ENOENT where nobody has it any more.
os::Result<int> TakeOver(const Ticket& ticket);

/// The same within the family, by a cell which is held once, by this process. The copy is closed
/// when it was taken, or when it is seen that nobody can take it any more.
os::Result<Offset> HandOverInFamily(int descriptor, bool is_socket, bool readable, bool writable);
/// The caller gives the holding of the cell, and has noted it.
os::Result<HandedOver> TakeOverInFamily(Offset cell, FamilyProcesses::Holding* holding);

/// In a copy of the process: what was left here is fetched from the original. The first before it
/// is made; the second before the copy's other threads run, without allocating or locking; the
/// third after that.
void PrepareDesk();
void LeaveDesk();
void ForgetLeft();

/// Closes the copies that nobody can take any more: their messages are gone.
void SweepHandedOver();

}  // namespace heddle::core
