#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "core/family.h"
#include "core/family_processes.h"
#include "core/hand_over.h"
#include "core/parker.h"
#include "core/resource.h"
#include "os/poll.h"
#include "os/result.h"

namespace heddle::core {

/// How receiving or sending a message went.
enum class Passage : uint8_t {
  kDone,
  kWait,  ///< Not without waiting.
  kTimedOut,
  kInterrupted,
  kStopping,
  kEnd,        ///< The other side has ended between messages.
  kCut,        ///< ... or in the middle of one.
  kBadLength,  ///< The message's length is none, or more than the caller takes.
  kClosed,     ///< The connection was closed here.
  kFailed,     ///< A call failed.
};

/// A message that has come. Its bytes belong to the connection until the next one is received,
/// unless they are `large`, which the caller may take.
struct Message {
  const std::byte* bytes = nullptr;
  size_t size = 0;
  std::unique_ptr<std::byte, void (*)(void*)> large{nullptr, nullptr};
};

/// A pipe, a socket or one end of them, and CPython's messages on it: 4 bytes of length, big-endian
/// and signed; where it is -1, 8 more bytes of length; and the message.
///
/// All threads of the process that have it share one state, so that nobody ever begins in the
/// middle of a message: who finds one half read goes on with it, and whoever reads its last byte
/// has it; who finds one half written writes its rest first.
class Connection final : public Resource {
 public:
  static Ref<Connection> Make(int descriptor, bool is_socket, bool readable, bool writable) {
    return Ref<Connection>::Adopt(new Connection(descriptor, is_socket, readable, writable));
  }
  /// A copy of the descriptor that is only there to be handed over: once that was done, it is
  /// closed here.
  static os::Result<Ref<Connection>> MakeParcel(int descriptor, bool readable, bool writable);
  /// The connection of that cell (hand_over.h), whose holding the caller gives, and has noted.
  static os::Result<Ref<Connection>> Adopt(Offset cell, FamilyProcesses::Holding* holding);

  os::Result<uint64_t> SharedName() override;
  /// As SharedName(), for any process of the user.
  os::Result<Ticket> HandOver();

  int descriptor() const { return descriptor_; }
  bool readable() const { return readable_; }
  bool writable() const { return writable_; }
  bool is_socket() const { return is_socket_; }
  bool closed() const { return (uses_.load() & kClosing) != 0; }

  /// Receives a message of at most `most` bytes. A longer one stays where it is, behind its length:
  /// nothing more can be received then. Memory is taken as bytes come in, not as they are
  /// announced.
  Passage Receive(Message* message, uint64_t most, int64_t deadline, Parker& parker,
                  os::Failure* failure);

  /// Sends a message. What is left of one that has begun when this ends early is copied, and
  /// written by the next call of this or of Flush(); a message that has not begun is withdrawn.
  /// With `keeps`, and a deadline of 0, it is kept in any case.
  Passage Send(const std::byte* bytes, size_t size, bool keeps, int64_t deadline, Parker& parker,
               os::Failure* failure);
  /// Writes what is left.
  Passage Flush(int64_t deadline, Parker& parker, os::Failure* failure);

  /// Sends a descriptor, between messages, as CPython does (os/socket.h). Only over a socket of the
  /// system's own.
  Passage SendHandle(int handle, int64_t deadline, Parker& parker, os::Failure* failure);
  /// Receives one, which stands where a message could; kCut if it is something else.
  Passage ReceiveHandle(int* handle, int64_t deadline, Parker& parker, os::Failure* failure);

  /// kDone if something, or the end, can be read; or if there is room for something to be written.
  Passage AwaitReady(bool for_writing, int64_t deadline, Parker& parker);

  /// Closes the descriptor, as soon as no other thread is in a call. False if it was closed before.
  bool Close();
  /// Gives the descriptor away: the connection is closed, the descriptor is not. -1 if it was
  /// closed, or another thread is in a call.
  int Detach();

  /// A stay in a call that uses the descriptor: it is not closed meanwhile.
  class Use {
   public:
    explicit Use(Connection& connection)
        : connection_(connection.Enter() ? &connection : nullptr) {}
    ~Use() {
      if (connection_ != nullptr) connection_->Leave();
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    explicit operator bool() const { return connection_ != nullptr; }

   private:
    Connection* const connection_;
  };

  bool Enter();
  void Leave();

 private:
  /// The longest head of a message.
  static constexpr size_t kHead = 12;
  /// Messages up to this size come into memory that is used again.
  static constexpr size_t kSmall = 65536;
  static constexpr uint32_t kClosing = 1u << 31;

  /// A message on its way out.
  struct Frame {
    std::byte head[kHead];
    size_t head_size = 0;
    const std::byte* bytes = nullptr;
    size_t size = 0;
    size_t sent = 0;  ///< Of head and bytes.
    std::unique_ptr<std::byte[]> own;
    /// Where nobody waits for it any more, it is on the heap.
    bool is_left = false;

    bool is_done() const { return sent == head_size + size; }
  };

  Connection(int descriptor, bool is_socket, bool readable, bool writable)
      : Resource(Kind::kConnection),
        descriptor_(descriptor),
        is_socket_(is_socket),
        readable_(readable),
        writable_(writable) {}
  ~Connection() override;

  static bool IsReady(std::vector<os::PollItem>& items);
  template <class Step>
  Passage Repeat(bool for_writing, int64_t deadline, Parker& parker, Step&& step);
  Passage ReadOn(Message* message, uint64_t most, os::Failure* failure);
  Passage ReadInto(std::byte* target, size_t end, os::Failure* failure);
  Passage ReadBody(os::Failure* failure);
  /// Until `until` is written, or with null all frames.
  Passage WriteOn(const Frame* until, os::Failure* failure);
  void DropFront();
  void LeaveBehind(Frame& frame, bool keeps);

  const int descriptor_;
  const bool is_socket_;
  const bool readable_;
  const bool writable_;
  bool is_parcel_ = false;
  /// How many calls are under way, and kClosing.
  std::atomic<uint32_t> uses_{0};

  std::mutex reading_;  ///< Guards what is below; held for attempts only, never asleep.
  std::byte head_[kHead];
  uint64_t announced_ = 0;
  bool has_head_ = false;
  bool is_bad_ = false;  ///< Nothing more can be received.
  size_t got_ = 0;       ///< Of the head, then of the message.
  std::unique_ptr<std::byte, void (*)(void*)> body_{nullptr, nullptr};
  size_t capacity_ = 0;

  std::mutex writing_;  ///< Guards what is below, likewise.
  std::deque<Frame*> frames_;
};

}  // namespace heddle::core
