#include "binding/async_hub.h"

#include <algorithm>
#include <utility>

#include "binding/environment.h"
#include "core/barrier.h"
#include "core/channel.h"
#include "core/event.h"
#include "core/lock.h"
#include "core/primitive.h"
#include "core/process_record.h"
#include "core/semaphore.h"
#include "core/thread_registry.h"

namespace heddle::binding {

using core::Attempt;
using core::Outcome;
using core::WaitWord;

AsyncHub* AsyncHub::Create(Environment& environment) { return new AsyncHub(environment); }

AsyncHub::AsyncHub(Environment& environment) : environment_(environment) {
  uv_async_init(environment.loop(), &async_,
                [](uv_async_t* async) { static_cast<AsyncHub*>(async->data)->Look(); });
  async_.data = this;
  uv_unref(reinterpret_cast<uv_handle_t*>(&async_));
}

void AsyncHub::SetSettler(Napi::Function settle, int32_t* pairs, size_t most_pairs) {
  settler_.emplace(settle);
  pairs_ = pairs;
  most_pairs_ = most_pairs;
}

Attempt AsyncHub::Try(const Waiter& waiter, bool waited) {
  core::Resource* resource = waiter.resource.get();
  auto primitive = [&]() -> core::Primitive& { return *static_cast<core::Primitive*>(resource); };
  auto channel = [&]() -> core::Channel& { return *static_cast<core::Channel*>(resource); };
  auto thread = [&]() -> core::ThreadRecord& {
    return *static_cast<core::ThreadRecord*>(resource);
  };
  switch (waiter.operation) {
    case Operation::kAcquireLock:
      return core::Lock(primitive().cell(), primitive().scope())
          .TryAcquire(environment_.holder(primitive().scope()), waited);
    case Operation::kWaitEvent:
      return core::Event(primitive().cell(), primitive().scope()).TryWait(waiter.argument);
    case Operation::kAcquireSemaphore:
      return core::Semaphore(primitive().cell(), primitive().scope()).TryAcquire(waited);
    case Operation::kEnterBarrier:
      return core::Barrier(primitive().cell(), primitive().scope()).TryEnter();
    case Operation::kPassBarrier: {
      core::Cell& cell = primitive().cell();
      core::Cell* barrier = core::ListOf(core::WaiterCell::Of(cell), primitive().scope());
      if (barrier == nullptr) return Attempt::Done();
      return core::Barrier(*barrier, primitive().scope()).TryPass(cell);
    }
    case Operation::kAwaitNotify:
      return core::WaiterCell::Of(primitive().cell()).TryWait();
    case Operation::kReadChannel:
      return channel().TryReadable(waited);
    case Operation::kWriteChannel:
      return channel().TryWritable();
    case Operation::kFinishChannel:
      return channel().unfinished().TryZero();
    case Operation::kThreadEnded:
      return thread().TryEnded();
    case Operation::kOnlyDaemons:
      return core::ThreadRegistry::Instance().TryOnlyDaemons();
    case Operation::kProcessEnded:
      return static_cast<core::ProcessRecord*>(resource)->TryEnded();
  }
  return Attempt::Done();
}

Outcome AsyncHub::Start(WaitWord* word, Waiter waiter) {
  if (shut_) return Outcome::kStopping;
  std::deque<Waiter>& line = lines_[word];
  // In line first, so that a change between the attempt and our sleep is rung.
  if (line.empty()) core::Listen(word, this, waiter.scope);
  Attempt attempt = Try(waiter, !line.empty());
  if (attempt.outcome != Outcome::kWait) {
    if (line.empty()) {
      core::StopListening(word, this, waiter.scope);
      lines_.erase(word);
    }
    return attempt.outcome;
  }
  words_[waiter.id] = word;
  if (waiter.keeps_alive && keeping_alive_++ == 0) {
    uv_ref(reinterpret_cast<uv_handle_t*>(&async_));
  }
  line.push_back(std::move(waiter));
  return Outcome::kWait;
}

void AsyncHub::Gone(const Waiter& waiter) {
  words_.erase(waiter.id);
  if (waiter.keeps_alive && --keeping_alive_ == 0) {
    uv_unref(reinterpret_cast<uv_handle_t*>(&async_));
  }
}

bool AsyncHub::Cancel(uint32_t id) {
  auto found = words_.find(id);
  if (found == words_.end()) return false;
  WaitWord* word = found->second;
  std::deque<Waiter>& line = lines_[word];
  auto waiter =
      std::find_if(line.begin(), line.end(), [&](const Waiter& other) { return other.id == id; });
  Waiter cancelled = std::move(*waiter);
  line.erase(waiter);
  Gone(cancelled);
  if (line.empty()) {
    core::StopListening(word, this, cancelled.scope);
    lines_.erase(word);
    // A ring on its way to us may have been the only one: somebody else shall look.
    core::Wake(*word, 1, cancelled.scope);
  }
  return true;
}

void AsyncHub::Ring(WaitWord* word) {
  {
    std::lock_guard guard(mutex_);
    if (std::find(rung_.begin(), rung_.end(), word) == rung_.end()) rung_.push_back(word);
  }
  uv_async_send(&async_);
}

void AsyncHub::RingAll() {
  {
    std::lock_guard guard(mutex_);
    all_rung_ = true;
  }
  uv_async_send(&async_);
}

void AsyncHub::LookAt(WaitWord* word) {
  auto found = lines_.find(word);
  if (found == lines_.end()) return;
  std::deque<Waiter>& line = found->second;
  // Keeps the word itself alive until we have left it: the last waiter may be its last holder.
  core::Ref<core::Resource> resource = line.front().resource;
  core::Scope scope = line.front().scope;
  while (!line.empty()) {
    Attempt attempt = Try(line.front(), true);
    if (attempt.outcome == Outcome::kWait) return;
    Waiter waiter = std::move(line.front());
    line.pop_front();
    if (waiter.id != kLoopItself) settled_.emplace_back(waiter.id, attempt.outcome);
    Gone(waiter);
  }
  core::StopListening(word, this, scope);
  lines_.erase(found);
}

void AsyncHub::Look() {
  // As in core::Block: whoever is told to stop takes nothing; Shut() hands the rings on.
  if (environment_.IsStopping()) return;
  std::vector<WaitWord*> rung;
  {
    std::lock_guard guard(mutex_);
    rung.swap(rung_);
    if (std::exchange(all_rung_, false)) {
      for (auto& [word, line] : lines_) rung.push_back(word);
    }
  }
  for (WaitWord* word : rung) LookAt(word);
  if (!settled_.empty()) Settle();
  if (auto& signals = environment_.signals()) signals->Deliver();
}

void AsyncHub::Settle() { SettleThese(std::exchange(settled_, {})); }

void AsyncHub::SettleThese(std::vector<std::pair<uint32_t, Outcome>> settled) {
  // The settler may end the environment, and the hub with it.
  for (size_t next = 0; next < settled.size() && settler_;) {
    size_t count = std::min(settled.size() - next, most_pairs_);
    for (size_t i = 0; i < count; ++i, ++next) {
      pairs_[2 * i] = static_cast<int32_t>(settled[next].first);
      pairs_[2 * i + 1] = static_cast<int32_t>(settled[next].second);
    }
    settler_->Call({static_cast<uint32_t>(count)});
  }
}

void AsyncHub::Shut() {
  shut_ = true;
  settler_.reset();
  for (auto& [word, line] : lines_) {
    core::StopListening(word, this, line.front().scope);
    // As in Cancel.
    core::Wake(*word, 1, line.front().scope);
  }
  lines_.clear();
  uv_close(reinterpret_cast<uv_handle_t*>(&async_),
           [](uv_handle_t* handle) { delete static_cast<AsyncHub*>(handle->data); });
}

}  // namespace heddle::binding
