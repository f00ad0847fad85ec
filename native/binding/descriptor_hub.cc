#include "binding/descriptor_hub.h"

#include <utility>

#include "binding/async_hub.h"
#include "binding/environment.h"

namespace heddle::binding {

using core::Outcome;

os::Result<bool> DescriptorHub::Open() {
  if (is_open_) return true;
  os::Result<os::PollSet> set = os::PollSet::Open();
  if (!set.ok()) return set.failure();
  int error = uv_poll_init(environment_.loop(), &poll_, set.value().descriptor());
  if (error != 0) {
    set.value().Close();
    return os::Failure{-error, "uv_poll_init"};
  }
  poll_.data = this;
  set_.push_back(set.value());
  is_open_ = true;
  return true;
}

bool DescriptorHub::Update(int descriptor) {
  auto found = watched_.find(descriptor);
  const Watched& watched = found->second;
  bool reading = !watched.readers.empty(), writing = !watched.writers.empty();
  if (!reading && !writing) watched_.erase(found);
  return set_.front().Watch(descriptor, reading, writing);
}

os::Result<Outcome> DescriptorHub::Start(uint32_t id, std::vector<os::PollItem> items,
                                         core::Ref<core::Connection> connection) {
  if (shut_) return Outcome::kStopping;
  std::unique_ptr<core::Connection::Use> use;
  if (connection) {
    use = std::make_unique<core::Connection::Use>(*connection);
    // The caller's attempt will tell that it is closed.
    if (!*use) return Outcome::kDone;
  }
  os::Result<size_t> ready = os::PollDescriptors(items, 0);
  if (!ready.ok()) return ready.failure();
  if (ready.value() > 0) return Outcome::kDone;
  if (os::Result<bool> open = Open(); !open.ok()) return open.failure();
  Waiter& waiter = waiters_[id];
  waiter.items = std::move(items);
  waiter.connection = std::move(connection);
  waiter.use = std::move(use);
  bool watches = true;
  for (const os::PollItem& item : waiter.items) {
    Watched& watched = watched_[item.descriptor];
    (item.for_writing ? watched.writers : watched.readers).push_back(id);
    watches = Update(item.descriptor) && watches;
  }
  if (!watches) {
    Remove(id);
    return Outcome::kDone;
  }
  if (waiters_.size() == 1) {
    uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* poll, int, int) {
      static_cast<DescriptorHub*>(poll->data)->Look();
    });
  }
  return Outcome::kWait;
}

void DescriptorHub::Remove(uint32_t id) {
  auto found = waiters_.find(id);
  Waiter waiter = std::move(found->second);
  waiters_.erase(found);
  for (const os::PollItem& item : waiter.items) {
    auto watched = watched_.find(item.descriptor);
    if (watched == watched_.end()) continue;
    std::erase(item.for_writing ? watched->second.writers : watched->second.readers, id);
    Update(item.descriptor);
  }
  if (waiters_.empty() && !shut_) uv_poll_stop(&poll_);
}

bool DescriptorHub::Cancel(uint32_t id) {
  if (!waiters_.contains(id)) return false;
  Remove(id);
  return true;
}

void DescriptorHub::Look() {
  if (environment_.IsStopping()) return;
  std::vector<uint32_t> settled;
  for (const os::PollSet::Ready& ready : set_.front().Look()) {
    auto found = watched_.find(ready.descriptor);
    if (found == watched_.end()) continue;
    auto add = [&](const std::vector<uint32_t>& ids) {
      settled.insert(settled.end(), ids.begin(), ids.end());
    };
    if (ready.reading) add(found->second.readers);
    if (ready.writing) add(found->second.writers);
  }
  std::vector<std::pair<uint32_t, Outcome>> outcomes;
  for (uint32_t id : settled) {
    // One that waits for several may be there twice.
    if (Cancel(id)) outcomes.emplace_back(id, Outcome::kDone);
  }
  environment_.hub().SettleThese(std::move(outcomes));
}

void DescriptorHub::Shut() {
  shut_ = true;
  waiters_.clear();
  watched_.clear();
  if (!is_open_) {
    delete this;
    return;
  }
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
    auto* hub = static_cast<DescriptorHub*>(handle->data);
    hub->set_.front().Close();
    delete hub;
  });
}

}  // namespace heddle::binding
