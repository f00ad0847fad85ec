#include "core/pile.h"

#include <cstring>
#include <utility>

namespace heddle::core {
namespace {

/// Memory for fewer than this is kept.
constexpr size_t kFew = 1024;

}  // namespace

Outcome Pile::Push(const Outgoing& message, std::vector<uint64_t>& attachments, uint64_t blob) {
  Item item;
  item.number = next_number_;
  item.key.assign(message.key, message.key_size);
  size_t place = items_.size();
  // First the way up, which may end in a conflict; only then is anything moved.
  if (order_ == Order::kLeast) {
    KeyConflict unasked;
    KeyConflict* conflict = message.conflict != nullptr ? message.conflict : &unasked;
    while (place > 0) {
      const Item& parent = items_[(place - 1) / 2];
      if (!AreOrdered(item.key, parent.key, conflict)) return Outcome::kNotOrdered;
      if (!IsBefore(item, parent)) break;
      place = (place - 1) / 2;
    }
  }

  ++next_number_;
  item.record = std::make_unique<Record>();
  Record& record = *item.record;
  record.envelope = message;
  record.is_large = blob != 0;
  if (blob != 0) {
    record.payload.reset(reinterpret_cast<Blob*>(blob));
  } else if (message.size != 0) {
    record.payload.reset(Blob::Make(message.payload, message.size));
  }
  for (uint64_t word : attachments) {
    record.attachments.push_back(Ref<Resource>::Adopt(reinterpret_cast<Resource*>(word)));
  }

  size_t hole = items_.size();
  items_.emplace_back();
  for (; hole != place; hole = (hole - 1) / 2) items_[hole] = std::move(items_[(hole - 1) / 2]);
  items_[place] = std::move(item);
  return Outcome::kDone;
}

void Pile::SiftDown() {
  Item item = std::move(items_.back());
  items_.pop_back();
  if (items_.empty()) return;
  size_t hole = 0;
  for (size_t child; (child = 2 * hole + 1) < items_.size(); hole = child) {
    if (child + 1 < items_.size() && IsBefore(items_[child + 1], items_[child])) ++child;
    if (!IsBefore(items_[child], item)) break;
    items_[hole] = std::move(items_[child]);
  }
  items_[hole] = std::move(item);
}

void Pile::Pop(Incoming& message) {
  std::unique_ptr<Record> record;
  if (order_ == Order::kLeast) {
    record = std::move(items_.front().record);
    // Where there is but one, it is moved onto itself and gone.
    SiftDown();
  } else {
    record = std::move(items_.back().record);
    items_.pop_back();
  }
  if (items_.capacity() > kFew && items_.size() < items_.capacity() / 4) items_.shrink_to_fit();

  static_cast<Envelope&>(message) = record->envelope;
  message.attachments = std::move(record->attachments);
  message.blob.reset();
  message.size = record->payload ? record->payload->size : 0;
  if (record->is_large) {
    message.blob = std::move(record->payload);
  } else if (message.size != 0) {
    if (message.payload.size() < message.size) message.payload.resize(message.size);
    std::memcpy(message.payload.data(), record->payload->bytes(), message.size);
  }
}

}  // namespace heddle::core
