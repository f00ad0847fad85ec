#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "core/channel.h"
#include "core/holders.h"
#include "core/resource.h"
#include "core/wait_word.h"
#include "os/thread.h"

namespace heddle::core {

/// One run of a thread, from `start()` to its end.
///
/// `state`: bit 0 running, bit 1 ended, bit 2 ended by force, bit 3 somebody may be waiting.
class ThreadRecord final : public Resource {
 public:
  static constexpr uint32_t kRunning = 1;
  static constexpr uint32_t kEnded = 2;
  static constexpr uint32_t kByForce = 4;
  static constexpr uint32_t kWaiters = 8;

  /// How the thread came to be.
  enum class Origin : uint8_t {
    kThread,  ///< Started as a Thread, or as a worker of a pool.
    kBare,    ///< Started by _thread: threading learns of it when it asks for itself.
    kDummy,   ///< Started by somebody else, and has asked for itself.
    kMain,
  };

  static Ref<ThreadRecord> Create(std::string name, bool daemon, Origin origin = Origin::kThread,
                                  HolderId ident = NewHolder()) {
    return Ref<ThreadRecord>::Adopt(new ThreadRecord(std::move(name), daemon, origin, ident));
  }

  HolderId ident() const { return ident_; }
  bool daemon() const { return daemon_.load(); }
  /// Only before Announce().
  void SetDaemon(bool daemon) { daemon_.store(daemon); }
  Origin origin() const { return origin_.load(); }
  /// A bare thread asks for itself: from here on it is a dummy of this name.
  void BecomeDummy(std::string name);
  std::string name();
  void Rename(std::string name);
  os::NativeThreadId native_id() const { return native_id_.load(); }

  /// The thread is asked for: it counts among the living from here.
  void Announce();
  /// Called by the thread itself.
  void Begin(os::NativeThreadId native_id);
  /// Called once, by the thread or by whoever finds it dead; later calls change nothing.
  void End(bool by_force);

  uint32_t State() const { return word_.value.load() & ~kWaiters; }
  Attempt TryBegun() { return TryState(kRunning | kEnded); }
  Attempt TryEnded() { return TryState(kEnded); }
  WaitWord& word() { return word_; }

  /// If the thread is ended by force, `channel` gets a message with this shape and `a`.
  void SetLastWords(Ref<Channel> channel, uint8_t shape, int32_t a);

 private:
  ThreadRecord(std::string name, bool daemon, Origin origin, HolderId ident)
      : Resource(Kind::kThread),
        ident_(ident),
        daemon_(daemon),
        origin_(origin),
        name_(std::move(name)) {}
  ~ThreadRecord() override = default;
  Attempt TryState(uint32_t wanted);

  const HolderId ident_;
  std::atomic<bool> daemon_;
  std::atomic<Origin> origin_;
  WaitWord word_;
  std::atomic<os::NativeThreadId> native_id_{0};
  std::mutex mutex_;  ///< Guards what is below.
  std::string name_;
  Ref<Channel> last_words_;
  uint8_t last_words_shape_ = 0;
  int32_t last_words_a_ = 0;
};

}  // namespace heddle::core
