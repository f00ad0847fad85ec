#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/message.h"
#include "core/order_key.h"
#include "core/wait_word.h"

namespace heddle::core {

/// Which message of a channel is taken first.
enum class Order : uint8_t {
  kFirst,  ///< The oldest. The channel's ring has these.
  kLast,   ///< The newest.
  kLeast,  ///< That with the least key, and of equals the oldest.
};

/// The messages of a channel that is no ring, within one process. Not synchronised: the channel's
/// guard is held.
class Pile {
 public:
  explicit Pile(Order order) : order_(order) {}

  /// Puts a message. Takes over what the channel has made for it: its attachments (which are held)
  /// and its blob, if it has one. kDone; or kNotOrdered with `message.conflict` filled, and nothing
  /// is taken over: as in Python's heapq, the key has been compared with some that are there.
  Outcome Push(const Outgoing& message, std::vector<uint64_t>& attachments, uint64_t blob);

  /// What is next. There must be something.
  void Pop(Incoming& message);

  size_t Size() const { return items_.size(); }
  /// Takes all out: they are dropped when what is returned is.
  auto TakeAll() { return std::exchange(items_, {}); }

 private:
  /// A message at rest.
  struct Record {
    Envelope envelope;
    BlobPointer payload{nullptr, &Blob::Destroy};
    bool is_large = false;
    std::vector<Ref<Resource>> attachments;
  };
  struct Item {
    std::string key;
    uint64_t number = 0;  ///< Rises with each put.
    std::unique_ptr<Record> record;
  };

  static bool IsBefore(const Item& a, const Item& b) {
    int order = a.key.compare(b.key);
    return order != 0 ? order < 0 : a.number < b.number;
  }
  void SiftDown();

  const Order order_;
  std::vector<Item> items_;  ///< A heap where keys order them, else a stack.
  uint64_t next_number_ = 0;
};

}  // namespace heddle::core
