#include "os/random.h"

#include <sys/random.h>

#include <cstdio>
#include <cstdlib>

namespace heddle::os {

void RandomBytes(void* data, size_t size) {
  auto* next = static_cast<char*>(data);
  while (size > 0) {
    ssize_t got = getrandom(next, size, 0);
    if (got < 0) {
      std::perror("heddle: getrandom");
      std::abort();
    }
    next += got;
    size -= static_cast<size_t>(got);
  }
}

}  // namespace heddle::os
