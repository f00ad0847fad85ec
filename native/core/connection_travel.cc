// How connections, and other descriptors, go to other processes.
#include <cerrno>

#include "core/connection.h"
#include "core/hand_over.h"
#include "os/memory.h"
#include "os/stream.h"

namespace heddle::core {

os::Result<Ref<Connection>> Connection::MakeParcel(int descriptor, bool readable, bool writable) {
  os::Result<int> copy = os::DuplicateDescriptor(descriptor);
  if (!copy.ok()) return copy.failure();
  os::Result<bool> is_socket = os::PrepareStream(copy.value());
  if (!is_socket.ok()) {
    os::CloseDescriptor(copy.value());
    return is_socket.failure();
  }
  Ref<Connection> parcel = Make(copy.value(), is_socket.value(), readable, writable);
  parcel->is_parcel_ = true;
  return parcel;
}

os::Result<Ticket> Connection::HandOver() {
  Use use(*this);
  if (!use) return os::Failure{EBADF, "dup"};
  os::Result<Ticket> ticket = core::HandOver(descriptor_);
  if (ticket.ok() && is_parcel_) Close();
  return ticket;
}

os::Result<uint64_t> Connection::SharedName() {
  Use use(*this);
  if (!use) return os::Failure{EBADF, "dup"};
  os::Result<Offset> cell = HandOverInFamily(descriptor_, is_socket_, readable_, writable_);
  if (!cell.ok()) return cell.failure();
  if (is_parcel_) Close();
  return cell.value() | static_cast<uint64_t>(kind());
}

os::Result<Ref<Connection>> Connection::Adopt(Offset cell, FamilyProcesses::Holding* holding) {
  os::Result<HandedOver> taken = TakeOverInFamily(cell, holding);
  if (!taken.ok()) return taken.failure();
  const HandedOver& handed = taken.value();
  return Make(handed.descriptor, handed.is_socket, handed.readable, handed.writable);
}

}  // namespace heddle::core
