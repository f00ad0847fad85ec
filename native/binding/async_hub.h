#pragma once

#include <uv.h>

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "binding/loop_callback.h"
#include "core/line.h"
#include "core/resource.h"
#include "core/wait_word.h"

namespace heddle::binding {

class Environment;

/// Everything that the promises of one environment wait for. It has no thread: whoever rings
/// a word wakes the environment's own loop (uv_async_send), which makes the attempts, in the
/// order in which the waiters came, and tells JavaScript in one call how they went.
class AsyncHub final : public core::Listener {
 public:
  /// What a waiter attempts.
  enum class Operation : uint8_t {
    kAcquireLock,
    kWaitEvent,  ///< `argument`: the epoch at the beginning
    kAcquireSemaphore,
    kEnterBarrier,
    kPassBarrier,
    kAwaitNotify,
    kReadChannel,
    kWriteChannel,
    kFinishChannel,
    kThreadEnded,
    kOnlyDaemons,
    kProcessEnded,
  };

  /// The number of the waiter that no promise stands behind: to wake the loop is enough.
  static constexpr uint32_t kLoopItself = 0;

  struct Waiter {
    uint32_t id;  ///< JavaScript's number for the promise, or kLoopItself.
    Operation operation;
    bool keeps_alive;  ///< Whether the environment's loop goes on while it waits.
    uint32_t argument = 0;
    core::Scope scope = core::Scope::kPrivate;
    core::Ref<core::Resource> resource;
  };

  static AsyncHub* Create(Environment& environment);

  /// Makes the first attempt. kWait: the waiter is in line, and JavaScript will be told.
  core::Outcome Start(core::WaitWord* word, Waiter waiter);
  /// Takes a waiter out of the line. False if it is not there any more.
  bool Cancel(uint32_t id);
  /// Tells JavaScript how waits went that others have looked after.
  void SettleThese(std::vector<std::pair<uint32_t, core::Outcome>> settled);
  /// `settle(count)` is called with pairs (id, outcome) in `pairs`.
  void SetSettler(Napi::Function settle, int32_t* pairs, size_t most_pairs);

  /// On the environment's thread, or while it is blocked.
  template <class Visit>
  void ForEachWaiter(Visit&& visit) const {
    for (const auto& [word, line] : lines_) {
      for (const Waiter& waiter : line) visit(waiter);
    }
  }

  /// Makes the environment's loop look about. From any thread, while the environment lives.
  void WakeLoop() { uv_async_send(&async_); }
  void Ring(core::WaitWord* word) override;
  void RingAll() override;

  /// Leaves all lines. The hub deletes itself when libuv has let go of it.
  void Shut();

 private:
  explicit AsyncHub(Environment& environment);
  ~AsyncHub() = default;

  core::Attempt Try(const Waiter& waiter, bool waited);
  void Look();
  void LookAt(core::WaitWord* word);
  void Settle();
  void Gone(const Waiter& waiter);

  Environment& environment_;
  uv_async_t async_;
  std::unordered_map<core::WaitWord*, std::deque<Waiter>> lines_;
  std::unordered_map<uint32_t, core::WaitWord*> words_;  ///< By waiter's id.
  size_t keeping_alive_ = 0;
  std::vector<std::pair<uint32_t, core::Outcome>> settled_;
  std::optional<LoopCallback> settler_;
  int32_t* pairs_ = nullptr;
  size_t most_pairs_ = 0;
  bool shut_ = false;
  std::mutex mutex_;  ///< Guards what is below: all that other threads touch.
  std::vector<core::WaitWord*> rung_;
  bool all_rung_ = false;
};

}  // namespace heddle::binding
