#include "binding/value_codec.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace heddle::binding {
namespace {

using core::Codec;

void EncodeNumber(double number, core::Outgoing& message) {
  auto integer = static_cast<int32_t>(number >= INT32_MIN && number <= INT32_MAX ? number : 0);
  // Bits, not values: -0 is no integer.
  if (std::bit_cast<uint64_t>(static_cast<double>(integer)) == std::bit_cast<uint64_t>(number)) {
    message.codec = Codec::kInt32;
    message.scalar = static_cast<uint32_t>(integer);
  } else {
    message.codec = Codec::kDouble;
    message.scalar = std::bit_cast<uint64_t>(number);
  }
}

bool EncodeString(napi_env env, napi_value value, core::Outgoing& message,
                  std::vector<char16_t>& scratch) {
  // One try with what there is; most strings are short.
  if (scratch.size() < 256) scratch.resize(256);
  size_t length = 0;
  if (napi_get_value_string_utf16(env, value, scratch.data(), scratch.size(), &length) != napi_ok) {
    return false;
  }
  if (length + 1 >= scratch.size()) {
    napi_get_value_string_utf16(env, value, nullptr, 0, &length);
    if (scratch.size() < length + 1) scratch.resize(length + 1);
    napi_get_value_string_utf16(env, value, scratch.data(), scratch.size(), &length);
  }
  char16_t all = 0;
  for (size_t i = 0; i < length; ++i) all |= scratch[i];
  message.payload = scratch.data();
  if (all > 0xff) {
    message.codec = Codec::kUtf16;
    message.size = 2 * length;
  } else {
    message.codec = Codec::kLatin1;
    message.size = length;
    auto* narrow = reinterpret_cast<unsigned char*>(scratch.data());
    for (size_t i = 0; i < length; ++i) narrow[i] = static_cast<unsigned char>(scratch[i]);
  }
  return true;
}

napi_value Packed(Environment& environment, core::Incoming& message) {
  napi_env env = environment.env();
  napi_value value = nullptr;
  if (message.size <= Staging::kIncomingBytes) {
    std::memcpy(environment.staging() + Staging::kIncoming, message.bytes(), message.size);
    napi_get_undefined(env, &value);
    return value;
  }
  if (message.blob) {
    // Handed over without a copy; freed with the ArrayBuffer.
    core::Blob* blob = message.blob.get();
    if (napi_create_external_arraybuffer(
            env, blob->bytes(), blob->size,
            [](napi_env, void*, void* hint) {
              core::Blob::Destroy(static_cast<core::Blob*>(hint));
            },
            blob, &value) == napi_ok) {
      message.blob.release();
      return value;
    }
  }
  void* target = nullptr;
  if (napi_create_arraybuffer(env, message.size, &target, &value) == napi_ok) {
    std::memcpy(target, message.bytes(), message.size);
  }
  return value;
}

}  // namespace

bool EncodeValue(napi_env env, napi_value value, core::Outgoing& message,
                 std::vector<char16_t>& scratch) {
  napi_valuetype type;
  if (napi_typeof(env, value, &type) != napi_ok) return false;
  switch (type) {
    case napi_number: {
      double number = 0;
      napi_get_value_double(env, value, &number);
      EncodeNumber(number, message);
      return true;
    }
    case napi_string:
      return EncodeString(env, value, message, scratch);
    case napi_boolean: {
      bool boolean = false;
      napi_get_value_bool(env, value, &boolean);
      message.codec = boolean ? Codec::kTrue : Codec::kFalse;
      return true;
    }
    case napi_null:
      message.codec = Codec::kNull;
      return true;
    case napi_undefined:
      message.codec = Codec::kUndefined;
      return true;
    default:
      return false;
  }
}

napi_value DecodeValue(Environment& environment, core::Incoming& message) {
  napi_env env = environment.env();
  napi_value value = nullptr;
  switch (message.codec) {
    case Codec::kUndefined:
      napi_get_undefined(env, &value);
      return value;
    case Codec::kNull:
      napi_get_null(env, &value);
      return value;
    case Codec::kFalse:
    case Codec::kTrue:
      napi_get_boolean(env, message.codec == Codec::kTrue, &value);
      return value;
    case Codec::kInt32:
      napi_create_int32(env, static_cast<int32_t>(message.scalar), &value);
      return value;
    case Codec::kDouble:
      napi_create_double(env, std::bit_cast<double>(message.scalar), &value);
      return value;
    case Codec::kLatin1:
      napi_create_string_latin1(env, reinterpret_cast<const char*>(message.bytes()), message.size,
                                &value);
      return value;
    case Codec::kUtf16:
      napi_create_string_utf16(env, reinterpret_cast<const char16_t*>(message.bytes()),
                               message.size / 2, &value);
      return value;
    default:
      return Packed(environment, message);
  }
}

}  // namespace heddle::binding
