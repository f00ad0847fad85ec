#pragma once

#include <cstdint>

#include "core/wait_word.h"

namespace heddle::core {

/// The state of one primitive: a cache line in an arena, process-private or shared.
///
///   byte  0  the word that waiters sleep on; its meaning is the primitive's (lock.h, …)
///   byte  4  the number of promises' listeners
///   byte  8  words for the primitive's own use
struct alignas(64) Cell {
  WaitWord word;
  Word extra[14];
};
static_assert(sizeof(Cell) == 64);

}  // namespace heddle::core
