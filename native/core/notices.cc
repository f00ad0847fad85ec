#include "core/notices.h"

#include <atomic>
#include <mutex>
#include <utility>

namespace heddle::core {
namespace {

struct Board {
  std::mutex mutex;
  Ref<Channel> notices[kNoticeSlots];
  std::atomic<uint32_t> numbers[kNoticeSlots] = {};
  std::atomic<uint32_t> count = 0;
};

Board& TheBoard() {
  static auto* board = new Board;
  return *board;
}

}  // namespace

uint32_t PostNotice(uint32_t slot, Ref<Channel> notice) {
  Board& board = TheBoard();
  std::lock_guard guard(board.mutex);
  // What it replaces is let go of by our caller's own reference, after the lock.
  std::swap(board.notices[slot], notice);
  uint32_t number = board.count.load() + 1;
  board.numbers[slot].store(number);
  // Last: who sees it finds the notice.
  board.count.store(number);
  return number;
}

uint32_t NoticeCount() { return TheBoard().count.load(); }

uint32_t NoticeNumber(uint32_t slot) { return TheBoard().numbers[slot].load(); }

Ref<Channel> ReadNotice(uint32_t slot) {
  Board& board = TheBoard();
  std::lock_guard guard(board.mutex);
  return board.notices[slot];
}

}  // namespace heddle::core
