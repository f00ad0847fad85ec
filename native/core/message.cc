#include "core/message.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace heddle::core {

Blob* Blob::Make(const void* bytes, size_t size) {
  void* memory = std::malloc(sizeof(Blob) + size);
  if (memory == nullptr) std::abort();
  auto* blob = new (memory) Blob{size};
  std::memcpy(blob->bytes(), bytes, size);
  return blob;
}

void Blob::Destroy(Blob* blob) { std::free(blob); }

}  // namespace heddle::core
