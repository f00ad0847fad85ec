#include "messages.h"

#include <cstring>

namespace heddle::test {

using core::Channel;
using core::Codec;
using core::Incoming;
using core::Outgoing;
using core::Ref;
using core::Resource;

std::vector<uint8_t> Bytes(uint64_t id, bool with_blobs) {
  Random random(id);
  uint32_t kind = random.Below(40);
  uint32_t most = kind == 0 ? 60'000 : kind < 8 ? 3000 : 100;
  size_t size = random.Below(most);
  if (with_blobs && kind == 39) size = 300 * 1024 + random.Below(1'800'000);
  std::vector<uint8_t> bytes(size);
  for (size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<uint8_t>((id * 31 + i) * 2654435761u >> 13);
  }
  return bytes;
}

Outcome Put(Channel& channel, uint64_t id, core::Parker& parker, int32_t sender, bool with_blobs,
            const std::vector<Ref<Resource>>& attachments, int64_t deadline) {
  auto bytes = Bytes(id, with_blobs);
  std::vector<Resource*> list;
  for (const auto& attachment : attachments) list.push_back(attachment.get());
  Outgoing message;
  message.codec = Codec::kPacked;
  // Its id is in `a` and `b`: a blob needs the scalar for itself.
  message.a = static_cast<int32_t>(id);
  message.b = static_cast<int32_t>(~id);
  message.shape = static_cast<uint8_t>(sender);
  message.payload = bytes.data();
  message.size = bytes.size();
  message.attachments = list.data();
  message.attachment_count = static_cast<uint32_t>(list.size());
  return channel.Put(message, deadline, parker, nullptr);
}

uint64_t IdOf(const Incoming& message) { return static_cast<uint32_t>(message.a); }

bool IsWhole(Incoming& message, bool with_blobs) {
  auto bytes = Bytes(IdOf(message), with_blobs);
  return message.codec == Codec::kPacked && message.b == static_cast<int32_t>(~IdOf(message)) &&
         message.size == bytes.size() &&
         (bytes.empty() || std::memcmp(message.bytes(), bytes.data(), bytes.size()) == 0);
}

}  // namespace heddle::test
