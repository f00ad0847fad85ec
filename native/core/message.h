#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/order_key.h"
#include "core/resource.h"

namespace heddle::core {

/// What a message's payload is. The numbers are known to lib/pickle/codec.ts, too.
enum class Codec : uint8_t {
  kUndefined,
  kNull,
  kFalse,
  kTrue,
  kInt32,   ///< in `scalar`
  kDouble,  ///< in `scalar`, as bits
  kLatin1,  ///< one byte a character
  kUtf16,   ///< two bytes a character, so that lone surrogates survive
  kPacked,  ///< bytes that JavaScript made; the core never looks inside
};

/// The words beside a payload that the sender and the receiver agree on.
struct Envelope {
  Codec codec = Codec::kUndefined;
  uint8_t shape = 0;
  int32_t a = 0;
  int32_t b = 0;
  uint64_t scalar = 0;
};

/// A message on its way out. Borrows everything.
struct Outgoing : Envelope {
  const void* payload = nullptr;
  size_t size = 0;
  Resource* const* attachments = nullptr;
  uint32_t attachment_count = 0;
  /// Of a channel that is ordered by keys (order_key.h).
  const char* key = nullptr;
  size_t key_size = 0;
  KeyConflict* conflict = nullptr;  ///< Filled for kNotOrdered; may be null.
};

/// A large payload, out of line: given to the receiver whole, so that it is never copied again.
struct Blob {
  size_t size;
  std::byte* bytes() { return reinterpret_cast<std::byte*>(this + 1); }

  static Blob* Make(const void* bytes, size_t size);
  static void Destroy(Blob* blob);
};
using BlobPointer = std::unique_ptr<Blob, decltype(&Blob::Destroy)>;

/// A message that was taken. Used again and again by its owner to save allocations.
struct Incoming : Envelope {
  struct Name {
    uint64_t name;
    std::atomic<uint64_t>* holding;  ///< FamilyProcesses::Holding
  };
  std::vector<std::byte> payload;  ///< At least `size` bytes, unless there is a blob.
  size_t size = 0;
  BlobPointer blob{nullptr, &Blob::Destroy};
  /// Empty where the resource cannot be had any more.
  std::vector<Ref<Resource>> attachments;
  /// Of what came from another process, until it is adopted.
  std::vector<Name> names;

  std::byte* bytes() { return blob ? blob->bytes() : payload.data(); }
};

}  // namespace heddle::core
