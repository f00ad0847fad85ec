#include "core/process_key.h"

#include <mutex>
#include <utility>

#include "os/random.h"

namespace heddle::core {
namespace {

struct Key {
  std::mutex mutex;
  bool is_set = false;
  std::string bytes;
};

Key& TheKey() {
  static auto* key = new Key;
  return *key;
}

constexpr size_t kBytes = 32;

}  // namespace

std::string ProcessKey() {
  Key& key = TheKey();
  std::lock_guard guard(key.mutex);
  if (!key.is_set) {
    key.bytes.resize(kBytes);
    os::RandomBytes(key.bytes.data(), kBytes);
    key.is_set = true;
  }
  return key.bytes;
}

void SetProcessKey(std::string bytes) {
  Key& key = TheKey();
  std::lock_guard guard(key.mutex);
  key.bytes = std::move(bytes);
  key.is_set = true;
}

}  // namespace heddle::core
