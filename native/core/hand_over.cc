#include "core/hand_over.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <string>
#include <unordered_map>

#include "core/family_cells.h"
#include "core/resource.h"
#include "os/clock.h"
#include "os/descriptor_watch.h"
#include "os/memory.h"
#include "os/random.h"
#include "os/socket.h"
#include "os/stream.h"

namespace heddle::core {
namespace {

constexpr uint8_t kCellKind = 17;
/// How long a desk is waited for. It answers within microseconds, unless its process is stopped.
constexpr int64_t kPatience = 10'000'000'000;
constexpr int kQueue = 256;
constexpr int64_t kNew = 2'000'000'000;

/// Whether anything was ever handed over in the family.
std::atomic<bool> g_is_used{false};

/// The cell of a descriptor on its way.
struct HandOverCell {
  WaitWord unused;
  std::atomic<uint64_t> desk;
  std::atomic<uint64_t> key;
  std::atomic<uint32_t> flags;

  static constexpr uint32_t kSocket = 1, kReadable = 2, kWritable = 4;
};
static_assert(sizeof(HandOverCell) <= sizeof(Cell));

struct Left {
  int descriptor;
  Offset cell;  ///< 0 outside the family.
  int64_t since;
  FamilyProcesses::Holding* holding;
};

void Release(Offset cell, FamilyProcesses::Holding* holding) {
  Family& family = *Family::Current();
  FamilyProcesses::Note(holding, 0);
  FamilyCells(family).Release(cell);
  family.processes().LetGo(holding);
}

void PutAway(const Left& left) {
  os::CloseDescriptor(left.descriptor);
  if (left.cell != 0) Release(left.cell, left.holding);
}

struct Desk {
  std::mutex mutex;
  uint64_t number = 0;  ///< 0: not open yet.
  int listener = -1;
  std::atomic<bool> is_copy{false};         ///< What is left is another process's.
  std::unordered_map<uint64_t, Left> left;  ///< By key.
};

Desk& TheDesk() {
  static auto* desk = new Desk;
  return *desk;
}

os::SocketAddress AddressOfDesk(uint64_t number) {
  static constexpr char kDigits[] = "0123456789abcdef";
  os::SocketAddress address;
  address.path = std::string("\0heddle-", 8);
  for (int shift = 60; shift >= 0; shift -= 4) address.path += kDigits[number >> shift & 15];
  return address;
}

void* AsContext(int descriptor) { return reinterpret_cast<void*>(intptr_t{descriptor}); }
int FromContext(void* context) { return static_cast<int>(reinterpret_cast<intptr_t>(context)); }

/// On the watching thread: somebody has asked for something, or gone.
void Answer(void* context) {
  int socket = FromContext(context);
  uint64_t key = 0;
  os::Result<size_t> read = os::ReadStream(socket, true, &key, sizeof key);
  if (read.ok() && read.value() == sizeof key && os::IsSameUser(socket)) {
    Desk& desk = TheDesk();
    std::lock_guard guard(desk.mutex);
    auto found = desk.left.find(key);
    if (found != desk.left.end()) {
      os::SendDescriptor(socket, found->second.descriptor);
      PutAway(found->second);
      desk.left.erase(found);
    }
  }
  os::CloseDescriptor(socket);
}

/// On the watching thread: somebody has come.
void Receive(void* context) {
  int listener = FromContext(context);
  for (;;) {
    os::SocketAddress peer;
    os::Result<int> accepted = os::AcceptFrom(listener, &peer);
    if (!accepted.ok()) break;
    int socket = accepted.value();
    if (!os::CallWhenReadable(socket, Answer, AsContext(socket)).ok()) os::CloseDescriptor(socket);
  }
  os::CallWhenReadable(listener, Receive, context);
}

/// Under the desk's mutex.
os::Result<bool> Open(Desk& desk) {
  if (desk.number != 0) return true;
  uint64_t number = 0;
  while (number == 0) os::RandomBytes(&number, sizeof number);
  os::Result<int> listener = os::ListenAt(AddressOfDesk(number), kQueue);
  if (!listener.ok()) return listener.failure();
  os::Result<bool> watched =
      os::CallWhenReadable(listener.value(), Receive, AsContext(listener.value()));
  if (!watched.ok()) {
    os::CloseDescriptor(listener.value());
    return watched;
  }
  desk.listener = listener.value();
  desk.number = number;
  return true;
}

/// Under the desk's mutex: what only this process still knows will never be fetched, unless it is
/// so new that its message may not have counted it yet.
void PutAwayUnwanted(Desk& desk) {
  int64_t now = os::MonotonicNanos();
  std::erase_if(desk.left, [&](const auto& entry) {
    const Left& left = entry.second;
    if (left.cell == 0 || now - left.since < kNew) return false;
    if (FamilyCells(*Family::Current()).Holders(left.cell) > 1) return false;
    PutAway(left);
    return true;
  });
}

os::Result<Ticket> Leave(Desk& desk, Left left) {
  os::Result<bool> open = Open(desk);
  if (!open.ok()) return open.failure();
  os::Result<int> copy = os::DuplicateDescriptor(left.descriptor);
  if (!copy.ok()) return copy.failure();
  left.descriptor = copy.value();
  Ticket ticket{desk.number, 0};
  os::RandomBytes(&ticket.key, sizeof ticket.key);
  left.since = os::MonotonicNanos();
  desk.left.emplace(ticket.key, left);
  return ticket;
}

}  // namespace

os::Result<Ticket> HandOver(int descriptor) {
  Desk& desk = TheDesk();
  std::lock_guard guard(desk.mutex);
  return Leave(desk, {descriptor, 0, 0, nullptr});
}

os::Result<int> TakeOver(const Ticket& ticket) {
  os::Result<int> started = os::StartConnecting(AddressOfDesk(ticket.desk));
  // Not there, or a crowd: who has handed over so much is not fetched from in vain for long.
  if (!started.ok()) return os::Failure{ENOENT, "connect"};
  int socket = started.value();
  os::LimitWaits(socket, kPatience);
  os::StreamPart part{&ticket.key, sizeof ticket.key};
  os::Result<size_t> sent = os::WriteStream(socket, true, &part, 1);
  os::Result<int> received =
      sent.ok() && os::IsSameUser(socket)
          ? os::ReceiveDescriptor(socket, /*waits=*/true)
          : os::Result<int>(sent.ok() ? os::Failure{EPERM, "connect"} : sent.failure());
  os::CloseDescriptor(socket);
  if (received.ok() && received.value() < 0) return os::Failure{ENOENT, "recvmsg"};
  return received;
}

os::Result<Offset> HandOverInFamily(int descriptor, bool is_socket, bool readable, bool writable) {
  os::Result<Family*> found = Family::Get();
  if (!found.ok()) return found.failure();
  Family& family = *found.value();
  FamilyProcesses::Holding* holding = family.processes().Hold();
  os::Result<CellPlace> place = FamilyCells(family).Allocate(kCellKind);
  if (!place.ok()) {
    family.processes().LetGo(holding);
    return place.failure();
  }
  Offset offset = family.OffsetOf(place.value().cell);
  FamilyProcesses::Note(holding, offset | static_cast<uint64_t>(Resource::Kind::kConnection));

  Desk& desk = TheDesk();
  std::lock_guard guard(desk.mutex);
  os::Result<Ticket> ticket = Leave(desk, {descriptor, offset, 0, holding});
  if (!ticket.ok()) {
    Release(offset, holding);
    return ticket.failure();
  }
  auto* cell = family.At<HandOverCell>(offset);
  cell->desk.store(ticket.value().desk);
  cell->key.store(ticket.value().key);
  cell->flags.store((is_socket ? HandOverCell::kSocket : 0) |
                    (readable ? HandOverCell::kReadable : 0) |
                    (writable ? HandOverCell::kWritable : 0));
  g_is_used.store(true);
  return offset;
}

void SweepHandedOver() {
  if (!g_is_used.load()) return;
  Desk& desk = TheDesk();
  std::lock_guard guard(desk.mutex);
  if (!desk.is_copy.load()) PutAwayUnwanted(desk);
}

void PrepareDesk() { TheDesk(); }

void LeaveDesk() {
  Desk& desk = TheDesk();
  if (desk.number == 0) return;
  desk.is_copy.store(true);
  os::CloseDescriptor(desk.listener);
  desk.number = 0;
}

void ForgetLeft() {
  Desk& desk = TheDesk();
  std::lock_guard guard(desk.mutex);
  if (!desk.is_copy.load()) return;
  for (const auto& [key, left] : desk.left) os::CloseDescriptor(left.descriptor);
  desk.left.clear();
  desk.is_copy.store(false);
}

os::Result<HandedOver> TakeOverInFamily(Offset offset, FamilyProcesses::Holding* holding) {
  auto* cell = Family::Current()->At<HandOverCell>(offset);
  Ticket ticket{cell->desk.load(), cell->key.load()};
  uint32_t flags = cell->flags.load();
  os::Result<int> taken = TakeOver(ticket);
  Release(offset, holding);
  if (!taken.ok()) return taken.failure();
  return HandedOver{taken.value(), (flags & HandOverCell::kSocket) != 0,
                    (flags & HandOverCell::kReadable) != 0, (flags & HandOverCell::kWritable) != 0};
}

}  // namespace heddle::core
