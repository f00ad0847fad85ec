#include <cerrno>
#include <string>

#include "binding/args.h"
#include "binding/connection_object.h"
#include "binding/made.h"
#include "core/process_key.h"
#include "os/socket.h"

namespace heddle::binding {
namespace {

/// From [host, port], or a path.
os::SocketAddress AddressFrom(const Args& args, size_t host, size_t port) {
  os::SocketAddress address;
  address.is_internet = args.Has(port);
  (address.is_internet ? address.host : address.path) = args.String(host);
  address.port = static_cast<uint16_t>(args.Unsigned(port));
  return address;
}

/// [host, port], or the path
napi_value AddressTo(const Args& args, const os::SocketAddress& address) {
  if (!address.is_internet) return args.Return(address.path);
  napi_value array;
  napi_create_array_with_length(args.env(), 2, &array);
  napi_set_element(args.env(), array, 0, args.Return(address.host));
  napi_set_element(args.env(), array, 1, args.Return(static_cast<int32_t>(address.port)));
  return array;
}

/// listenAt(host or path, port or undefined, backlog): Connection, of which only what sockets have
/// is of use
napi_value ListenAt(napi_env env, napi_callback_info info) {
  Args args(env, info);
  os::SocketAddress address = AddressFrom(args, 0, 1);
  os::Result<int> listening = os::ListenAt(address, args.Int(2));
  if (!listening.ok()) return ThrowFailure(args.environment(), listening.failure(), address.path);
  return Made(args.environment(), core::Connection::Make(listening.value(), true, true, true));
}

/// acceptFrom(listener): [Connection, address], or undefined if there is none now
napi_value AcceptFrom(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* listener = args.As<ConnectionObject>(0);
  if (listener == nullptr) return nullptr;
  core::Connection::Use use(listener->connection());
  if (!use) return ThrowFailure(args.environment(), {EBADF, "accept"});
  os::SocketAddress peer;
  os::Result<int> accepted = os::AcceptFrom(listener->connection().descriptor(), &peer);
  if (!accepted.ok()) {
    if (accepted.failure().error == EAGAIN) return nullptr;
    return ThrowFailure(args.environment(), accepted.failure());
  }
  napi_value array;
  napi_create_array_with_length(env, 2, &array);
  napi_set_element(
      env, array, 0,
      Made(args.environment(), core::Connection::Make(accepted.value(), true, true, true)));
  napi_set_element(env, array, 1, AddressTo(args, peer));
  return array;
}

/// startConnecting(host or path, port or undefined): Connection, to be finished when it is
/// writable; undefined: the listener takes no more for now
napi_value StartConnecting(napi_env env, napi_callback_info info) {
  Args args(env, info);
  os::SocketAddress address = AddressFrom(args, 0, 1);
  os::Result<int> started = os::StartConnecting(address);
  if (started.ok()) {
    return Made(args.environment(), core::Connection::Make(started.value(), true, true, true));
  }
  if (started.failure().error == EAGAIN) return nullptr;
  return ThrowFailure(args.environment(), started.failure(), address.path);
}

/// finishConnecting(connection)
napi_value FinishConnecting(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* object = args.As<ConnectionObject>(0);
  if (object == nullptr) return nullptr;
  core::Connection::Use use(object->connection());
  if (!use) return ThrowFailure(args.environment(), {EBADF, "connect"});
  os::Result<bool> finished = os::FinishConnecting(object->connection().descriptor());
  return finished.ok() ? nullptr : ThrowFailure(args.environment(), finished.failure());
}

/// addressOf(connection): [host, port] or a path
napi_value AddressOf(napi_env env, napi_callback_info info) {
  Args args(env, info);
  auto* object = args.As<ConnectionObject>(0);
  if (object == nullptr) return nullptr;
  os::Result<os::SocketAddress> address = os::AddressOf(object->connection().descriptor());
  if (!address.ok()) return ThrowFailure(args.environment(), address.failure());
  return AddressTo(args, address.value());
}

/// resolveHost(host): its address; the system's resolver may wait for the net
napi_value ResolveHost(napi_env env, napi_callback_info info) {
  Args args(env, info);
  std::string host = args.String(0);
  os::Result<std::string> address = os::ResolveHost(host);
  if (!address.ok()) return ThrowFailure(args.environment(), address.failure(), host);
  return args.Return(address.value());
}

/// processKey(): a Buffer
napi_value ProcessKey(napi_env env, napi_callback_info) {
  std::string key = core::ProcessKey();
  napi_value buffer = nullptr;
  napi_create_buffer_copy(env, key.size(), key.data(), nullptr, &buffer);
  return buffer;
}

/// setProcessKey(bytes)
napi_value SetProcessKey(napi_env env, napi_callback_info info) {
  Args args(env, info);
  void* data = nullptr;
  size_t length = 0;
  napi_get_typedarray_info(env, args[0], nullptr, &length, &data, nullptr, nullptr);
  core::SetProcessKey(std::string(static_cast<const char*>(data), length));
  return nullptr;
}

}  // namespace

void RegisterSockets(Environment& environment, napi_value exports) {
  Export(environment, exports, "listenAt", ListenAt);
  Export(environment, exports, "acceptFrom", AcceptFrom);
  Export(environment, exports, "startConnecting", StartConnecting);
  Export(environment, exports, "finishConnecting", FinishConnecting);
  Export(environment, exports, "addressOf", AddressOf);
  Export(environment, exports, "resolveHost", ResolveHost);
  Export(environment, exports, "processKey", ProcessKey);
  Export(environment, exports, "setProcessKey", SetProcessKey);
}

}  // namespace heddle::binding
