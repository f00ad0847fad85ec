#include "core/notice_board.h"

#include <array>
#include <atomic>
#include <mutex>
#include <utility>

namespace heddle::core {
namespace {

struct NoticeBoard {
  std::mutex mutex;
  std::array<Notice, kTopics> last;
  /// Rises after the notice is up, so that whoever sees it finds that.
  std::atomic<uint32_t> count{0};
};

/// Never destroyed: threads may ask while the process ends.
NoticeBoard& TheNoticeBoard() {
  static auto* board = new NoticeBoard;
  return *board;
}

}  // namespace

uint32_t NoticeCount() { return TheNoticeBoard().count.load(std::memory_order_acquire); }

uint32_t PutNotice(size_t topic, Notice notice) {
  if (topic >= kTopics) return 0;
  NoticeBoard& board = TheNoticeBoard();
  // What the last one held goes when the guard has gone: its end may take time.
  std::lock_guard guard(board.mutex);
  notice.number = board.count.load(std::memory_order_relaxed) + 1;
  uint32_t number = notice.number;
  std::swap(board.last[topic], notice);
  board.count.store(number, std::memory_order_release);
  return number;
}

Notice LastNotice(size_t topic) {
  if (topic >= kTopics) return {};
  NoticeBoard& board = TheNoticeBoard();
  std::lock_guard guard(board.mutex);
  return board.last[topic];
}

}  // namespace heddle::core
