#include "binding/connection_object.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <utility>
#include <vector>

#include "binding/args.h"
#include "binding/descriptor_hub.h"
#include "binding/made.h"
#include "core/descriptor_wait.h"
#include "core/hand_over.h"
#include "os/memory.h"
#include "os/stream.h"

namespace heddle::binding {
namespace {

using core::Connection;
using core::Passage;

/// A method's arguments, and the connection that it is called on.
class Call : public Args {
 public:
  Call(napi_env env, napi_callback_info info)
      : Args(env, info), object_(Self<ConnectionObject>()) {}
  explicit operator bool() const { return object_ != nullptr; }
  Connection& connection() const { return object_->connection(); }

  /// Minus the passage; a failure is thrown.
  napi_value ReturnPassage(Passage passage, const os::Failure& failure) const {
    if (passage == Passage::kFailed) return ThrowFailure(environment(), failure);
    return Return(-static_cast<int32_t>(passage));
  }

 private:
  ConnectionObject* object_;
};

napi_value Pair(napi_env env, Environment& environment, const os::StreamEnds& ends, bool sockets) {
  napi_value array;
  napi_create_array_with_length(env, 2, &array);
  auto first = Connection::Make(ends.first, sockets, /*readable=*/true, /*writable=*/sockets);
  auto second = Connection::Make(ends.second, sockets, /*readable=*/sockets, /*writable=*/true);
  napi_set_element(env, array, 0, Made(environment, std::move(first)));
  napi_set_element(env, array, 1, Made(environment, std::move(second)));
  return array;
}

/// createPipe(duplex): [Connection, Connection]; not duplex: the first one reads
napi_value CreatePipe(napi_env env, napi_callback_info info) {
  Args args(env, info);
  bool duplex = args.Bool(0);
  os::Result<os::StreamEnds> ends = duplex ? os::MakeSocketPair() : os::MakePipe();
  if (!ends.ok()) return ThrowFailure(args.environment(), ends.failure());
  return Pair(env, args.environment(), ends.value(), duplex);
}

/// adoptDescriptor(descriptor, readable, writable): Connection, which takes the descriptor over
napi_value AdoptDescriptor(napi_env env, napi_callback_info info) {
  Args args(env, info);
  os::Result<bool> is_socket = os::PrepareStream(args.Int(0));
  if (!is_socket.ok()) return ThrowFailure(args.environment(), is_socket.failure());
  return Made(args.environment(),
              Connection::Make(args.Int(0), is_socket.value(), args.Bool(1), args.Bool(2)));
}

/// packDescriptor(descriptor, readable, writable): Connection
napi_value PackDescriptor(napi_env env, napi_callback_info info) {
  Args args(env, info);
  return Made(args.environment(), Connection::MakeParcel(args.Int(0), args.Bool(1), args.Bool(2)));
}

/// receive(seconds, most): the length of a message that is in the staging memory, or an ArrayBuffer
/// with a larger one, or minus the passage
napi_value Receive(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  core::Message message;
  os::Failure failure{};
  Passage passage =
      call.connection().Receive(&message, static_cast<uint64_t>(call.Number(1)), call.Deadline(0),
                                call.environment().parker(), &failure);
  if (passage != Passage::kDone) return call.ReturnPassage(passage, failure);
  if (!message.large) {
    static_assert(Staging::kIncomingBytes >= 65536);
    std::memcpy(call.environment().staging() + Staging::kIncoming, message.bytes, message.size);
    return call.Return(static_cast<int32_t>(message.size));
  }
  napi_value buffer = nullptr;
  std::byte* bytes = message.large.release();
  napi_status status = napi_create_external_arraybuffer(
      env, bytes, message.size, [](napi_env, void* data, void*) { std::free(data); }, nullptr,
      &buffer);
  if (status == napi_ok) return buffer;
  // Where an environment has no memory of others (Electron), it gets a copy.
  void* copy = nullptr;
  if (napi_create_arraybuffer(env, message.size, &copy, &buffer) == napi_ok) {
    std::memcpy(copy, bytes, message.size);
  }
  std::free(bytes);
  return buffer;
}

/// send(bytes, offset, size, seconds, keeps): minus the passage
napi_value Send(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  void* data = nullptr;
  size_t length = 0;
  napi_get_typedarray_info(env, call[0], nullptr, &length, &data, nullptr, nullptr);
  auto offset = std::min(static_cast<size_t>(call.Number(1)), length);
  auto size = std::min(static_cast<size_t>(call.Number(2)), length - offset);
  os::Failure failure{};
  Passage passage =
      call.connection().Send(static_cast<const std::byte*>(data) + offset, size, call.Bool(4),
                             call.Deadline(3), call.environment().parker(), &failure);
  return call.ReturnPassage(passage, failure);
}

/// flush(seconds): minus the passage
napi_value Flush(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  os::Failure failure{};
  Passage passage =
      call.connection().Flush(call.Deadline(0), call.environment().parker(), &failure);
  return call.ReturnPassage(passage, failure);
}

/// sendHandle(descriptor, seconds): minus the passage
napi_value SendHandle(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  os::Failure failure{};
  Passage passage = call.connection().SendHandle(call.Int(0), call.Deadline(1),
                                                 call.environment().parker(), &failure);
  return call.ReturnPassage(passage, failure);
}

/// receiveHandle(seconds): a descriptor, or minus the passage
napi_value ReceiveHandle(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  os::Failure failure{};
  int handle = 0;
  Passage passage = call.connection().ReceiveHandle(&handle, call.Deadline(0),
                                                    call.environment().parker(), &failure);
  if (passage != Passage::kDone) return call.ReturnPassage(passage, failure);
  return call.Return(static_cast<int32_t>(handle));
}

/// poll(seconds, forWriting): minus the passage
napi_value Poll(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  return call.ReturnPassage(
      call.connection().AwaitReady(call.IsPassed(1) && call.Bool(1), call.Deadline(0),
                                   call.environment().parker()),
      {});
}

/// readyAsync(id, forWriting): Outcome
napi_value ReadyAsync(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  os::Result<core::Outcome> started = call.environment().descriptors().Start(
      call.Unsigned(0), {{call.connection().descriptor(), call.Bool(1)}},
      core::Ref<Connection>::Share(&call.connection()));
  if (!started.ok()) return ThrowFailure(call.environment(), started.failure());
  return call.Return(started.value());
}

napi_value Close(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(call.connection().Close()) : nullptr;
}

/// detach(): the descriptor, or -1
napi_value Detach(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(static_cast<int32_t>(call.connection().Detach())) : nullptr;
}

napi_value GetClosed(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(call.connection().closed()) : nullptr;
}

napi_value GetDescriptor(napi_env env, napi_callback_info info) {
  Call call(env, info);
  return call ? call.Return(static_cast<int32_t>(call.connection().descriptor())) : nullptr;
}

/// bits: 1 readable, 2 writable, 4 a socket
napi_value GetKind(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  Connection& connection = call.connection();
  return call.Return(static_cast<int32_t>((connection.readable() ? 1 : 0) |
                                          (connection.writable() ? 2 : 0) |
                                          (connection.is_socket() ? 4 : 0)));
}

/// handOver(ticket: BigUint64Array of 2)
napi_value HandOver(napi_env env, napi_callback_info info) {
  Call call(env, info);
  if (!call) return nullptr;
  os::Result<core::Ticket> ticket = call.connection().HandOver();
  if (!ticket.ok()) return ThrowFailure(call.environment(), ticket.failure());
  void* data = nullptr;
  size_t length = 0;
  napi_get_typedarray_info(env, call[0], nullptr, &length, &data, nullptr, nullptr);
  if (length == 2) std::memcpy(data, &ticket.value(), sizeof(core::Ticket));
  return nullptr;
}

/// takeOver(ticket, readable, writable): Connection
napi_value TakeOver(napi_env env, napi_callback_info info) {
  Args args(env, info);
  core::Ticket ticket{};
  void* data = nullptr;
  size_t length = 0;
  napi_get_typedarray_info(env, args[0], nullptr, &length, &data, nullptr, nullptr);
  if (length == 2) std::memcpy(&ticket, data, sizeof ticket);
  os::Result<int> taken = core::TakeOver(ticket);
  if (!taken.ok()) return ThrowFailure(args.environment(), taken.failure());
  os::Result<bool> is_socket = os::PrepareStream(taken.value());
  if (!is_socket.ok()) {
    os::CloseDescriptor(taken.value());
    return ThrowFailure(args.environment(), is_socket.failure());
  }
  return Made(args.environment(),
              Connection::Make(taken.value(), is_socket.value(), args.Bool(1), args.Bool(2)));
}

/// The descriptors of an Int32Array.
std::vector<os::PollItem> ItemsOf(const Args& args, size_t index) {
  void* data = nullptr;
  size_t length = 0;
  napi_get_typedarray_info(args.env(), args[index], nullptr, &length, &data, nullptr, nullptr);
  std::vector<os::PollItem> items;
  for (size_t i = 0; i < length; ++i) items.push_back({static_cast<const int32_t*>(data)[i]});
  return items;
}

/// waitDescriptors(descriptors: Int32Array, ready: Uint8Array, seconds): Outcome
napi_value WaitDescriptors(napi_env env, napi_callback_info info) {
  Args args(env, info);
  std::vector<os::PollItem> items = ItemsOf(args, 0);
  core::Outcome outcome =
      core::WaitForDescriptors(items, args.Deadline(2), args.environment().parker());
  void* data = nullptr;
  size_t length = 0;
  napi_get_typedarray_info(env, args[1], nullptr, &length, &data, nullptr, nullptr);
  for (size_t i = 0; i < std::min(length, items.size()); ++i) {
    static_cast<uint8_t*>(data)[i] = items[i].ready ? 1 : 0;
  }
  return args.Return(outcome);
}

/// waitDescriptorsAsync(id, descriptors): Outcome
napi_value WaitDescriptorsAsync(napi_env env, napi_callback_info info) {
  Args args(env, info);
  os::Result<core::Outcome> started =
      args.environment().descriptors().Start(args.Unsigned(0), ItemsOf(args, 1), {});
  if (!started.ok()) return ThrowFailure(args.environment(), started.failure());
  return args.Return(started.value());
}

}  // namespace

void RegisterConnection(Environment& environment, napi_value exports) {
  napi_property_descriptor methods[] = {
      Method("receive", Receive, environment),
      Method("send", Send, environment),
      Method("flush", Flush, environment),
      Method("poll", Poll, environment),
      Method("readyAsync", ReadyAsync, environment),
      Method("close", Close, environment),
      Method("detach", Detach, environment),
      Method("sendHandle", SendHandle, environment),
      Method("receiveHandle", ReceiveHandle, environment),
      Method("handOver", HandOver, environment),
      Getter("closed", GetClosed, environment),
      Getter("descriptor", GetDescriptor, environment),
      Getter("kind", GetKind, environment),
  };
  DefineClass(environment, ClassId::kConnection, "NativeConnection", methods, std::size(methods));
  Export(environment, exports, "createPipe", CreatePipe);
  Export(environment, exports, "adoptDescriptor", AdoptDescriptor);
  Export(environment, exports, "packDescriptor", PackDescriptor);
  Export(environment, exports, "takeOver", TakeOver);
  Export(environment, exports, "waitDescriptors", WaitDescriptors);
  Export(environment, exports, "waitDescriptorsAsync", WaitDescriptorsAsync);
}

}  // namespace heddle::binding
