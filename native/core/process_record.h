#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>

#include "core/channel.h"
#include "core/resource.h"
#include "core/wait_word.h"
#include "os/process.h"
#include "os/result.h"

namespace heddle::core {

/// Called on the watching thread for each child that has ended, before anybody is told: the place
/// to repair what it left in shared memory. It must not wait for anything.
using ProcessEndHook = void (*)(int64_t pid);
void SetOnProcessEnd(ProcessEndHook hook);

/// Another process whose end somebody may wait for: a child, or (in a child) its parent.
///
/// A child is reaped by the watching thread as soon as it has ended, whether or not anybody joins
/// it, so that there is never a zombie.
///
/// `word`: bit 0 ended, bit 1 somebody may be waiting.
class ProcessRecord final : public Resource {
 public:
  static constexpr uint32_t kEnded = 1;
  static constexpr uint32_t kWaiters = 2;

  /// Starts a child, which is among the registry's living from then on. If `lifeline` is not
  /// negative, the child finds under that number what tells it of our end.
  static os::Result<Ref<ProcessRecord>> Spawn(os::SpawnRequest request, bool daemon, int lifeline);

  /// Of a child that another process has started for us.
  static os::Result<Ref<ProcessRecord>> AdoptChild(int64_t pid, bool daemon);

  /// Of the process at the other end of a lifeline, which the record takes over if it succeeds.
  /// `daemon`: this process is ended as soon as that one is.
  static os::Result<Ref<ProcessRecord>> WatchParent(int lifeline, int64_t pid, bool daemon);

  /// Makes the lifeline of all children, which a copy of the process is to have, too.
  static os::Result<bool> PrepareLifeline();
  /// In a copy of the process, before its other threads run: the lifeline is now one to the
  /// original.
  static void LeaveLifeline();
  /// Its end there, for WatchParent().
  static int InheritedLifeline();

  int64_t pid() const { return pid_; }
  /// Of a child: whether it is ended when this process exits. Of a parent: whether this process
  /// ends with it.
  bool daemon() const { return daemon_.load(); }
  void SetDaemon(bool daemon) { daemon_.store(daemon); }
  /// Readable when the process has ended. -1 after Close.
  int sentinel();

  bool HasEnded() const { return (word_.value.load() & kEnded) != 0; }
  /// 0 to 255, or minus the signal; 255 where somebody else took the status. Nothing while the
  /// process runs, and of a parent.
  std::optional<int> ExitCode();
  Attempt TryEnded();
  WaitWord& word() { return word_; }
  /// For a process that is ending itself and has no parker. False if the deadline passed.
  bool AwaitEnd(int64_t deadline);

  /// Sends a signal to a child. No failure if it has ended.
  os::Result<bool> Signal(int signal);

  /// `channel` gets a message with this shape and `a` when the process ends, or now if it has.
  void SetLastWords(Ref<Channel> channel, uint8_t shape, int32_t a);

  /// Gives the sentinel back. False, and nothing done, while the process runs.
  bool Close();

 private:
  ProcessRecord(int64_t pid, int sentinel, bool is_child, bool daemon)
      : Resource(Kind::kProcess),
        pid_(pid),
        is_child_(is_child),
        daemon_(daemon),
        sentinel_(sentinel) {}
  ~ProcessRecord() override;

  static os::Result<Ref<ProcessRecord>> Watch(os::Spawned spawned, bool daemon);
  void OnSentinel();
  void End();
  void SendLastWords(Channel& channel, uint8_t shape, int32_t a);

  const int64_t pid_;
  const bool is_child_;
  std::atomic<bool> daemon_;
  WaitWord word_;
  /// Guards what is below. Who signals holds it, so that the pid is the child's own meanwhile.
  std::mutex mutex_;
  int sentinel_;
  bool reaped_ = false;
  int exit_code_ = 0;
  bool told_ = false;  ///< The last words have been sent, or would have been.
  Ref<Channel> last_words_;
  uint8_t last_words_shape_ = 0;
  int32_t last_words_a_ = 0;
};

}  // namespace heddle::core
