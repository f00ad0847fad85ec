#include "core/deadlock.h"

#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "core/channel.h"
#include "core/lock.h"
#include "core/primitive.h"
#include "core/thread_record.h"

namespace heddle::core {
namespace {

WaitWord& WordOf(Resource& lock) { return static_cast<Primitive&>(lock).word(); }
Channel& ChannelOf(Resource& channel) { return static_cast<Channel&>(channel); }
ThreadRecord& RecordOf(Resource& thread) { return static_cast<ThreadRecord&>(thread); }

/// A search costs a look at all handles of all blocked threads, and a suspicion may stand for as
/// long as a program uses a lock as a signal: in the end only every so many of them are searched.
constexpr uint32_t kRarely = 16;

}  // namespace

/// The waits that sleep, and the search among them. Its mutex is held while a thread enters or
/// leaves, and through a search. Inside it the names of threads and the set of the dead are locked;
/// nobody who holds one of those asks for this one.
struct LongWait::Table {
  std::mutex mutex;
  LongWait* first = nullptr;

  LongWait* Find(HolderId holder) const {
    for (LongWait* wait = first; holder != 0 && wait != nullptr; wait = wait->next_) {
      if (wait->holder_ == holder) return wait;
    }
    return nullptr;
  }

  LongWait* Next(const LongWait& wait) const { return Find(wait.Awaited()); }

  /// The circle of waits that `wait` leads to, or is in; empty if the chain ends at a thread that
  /// is not in the table, as nearly all do.
  std::vector<LongWait*> FindCircle(LongWait* wait) const {
    if (Next(*wait) == nullptr) return {};
    std::vector<LongWait*> chain;
    for (; wait != nullptr; wait = Next(*wait)) {
      auto met = std::find(chain.begin(), chain.end(), wait);
      if (met != chain.end()) return {met, chain.end()};
      chain.push_back(wait);
    }
    return {};
  }

  /// Whether it is a deadlock, or may still open.
  bool IsCertain(const std::vector<LongWait*>& circle) {
    MarkStuck();
    for (size_t i = 0; i < circle.size(); ++i) {
      // The chain, too, was read while others ran.
      if (!circle[i]->may_be_stuck_) return false;
      if (Next(*circle[i]) != circle[(i + 1) % circle.size()]) return false;
    }
    return true;
  }

 private:
  /// The greatest set of waits that only its own members could end.
  void MarkStuck() {
    std::unordered_map<Resource*, uint32_t> handles;  // Of those who may be stuck, on such locks.
    for (LongWait* wait = first; wait != nullptr; wait = wait->next_) {
      wait->may_be_stuck_ = true;
      if (wait->goal_ == Goal::kLock || wait->goal_ == Goal::kMessage) {
        handles[&wait->resource_] = 0;
      }
    }
    auto count = [&](LongWait& wait, uint32_t by) {
      wait.thread_.VisitHoldings([&](Resource& resource) {
        if (auto found = handles.find(&resource); found != handles.end()) found->second += by;
      });
    };
    for (LongWait* wait = first; wait != nullptr; wait = wait->next_) count(*wait, 1);

    for (bool changed = true; changed;) {
      changed = false;
      for (LongWait* wait = first; wait != nullptr; wait = wait->next_) {
        if (!wait->may_be_stuck_ || !CanBeEnded(*wait, handles)) continue;
        wait->may_be_stuck_ = false;
        count(*wait, static_cast<uint32_t>(-1));
        changed = true;
      }
    }
  }

  /// Whether something outside of those who may be stuck could end the wait.
  bool CanBeEnded(const LongWait& wait,
                  const std::unordered_map<Resource*, uint32_t>& handles) const {
    if (wait.goal_ == Goal::kMessage) {
      return ChannelOf(wait.resource_).IsReadable() || IsKnownOutside(wait.resource_, handles);
    }
    HolderId awaited = wait.Awaited();
    // A thread that waits for what is there, or is abandoned, is only about to wake.
    if (awaited == 0) return true;
    if (wait.goal_ == Goal::kLock) return IsKnownOutside(wait.resource_, handles);
    LongWait* other = Find(awaited);
    return other == nullptr || !other->may_be_stuck_;
  }

  static bool IsKnownOutside(Resource& resource,
                             const std::unordered_map<Resource*, uint32_t>& handles) {
    return resource.holders() != handles.at(&resource);
  }
};

LongWait::Table& LongWait::TheTable() {
  static auto* table = new Table;  // Threads use it until the process is gone.
  return *table;
}

HolderId LongWait::Awaited() const {
  if (goal_ == Goal::kMessage) return 0;
  if (goal_ == Goal::kThreadEnd) {
    ThreadRecord& record = RecordOf(resource_);
    return record.State() & ThreadRecord::kEnded ? 0 : record.ident();
  }
  uint32_t seen = WordOf(resource_).value.load();
  HolderId holder = seen & Lock::kHolder;
  return seen & Lock::kAbandoned || IsHolderDead(holder) ? 0 : holder;
}

LongWait::Step LongWait::Describe() const {
  Step step{thread_.Name(), goal_, {}, {}};
  if (goal_ == Goal::kThreadEnd) {
    step.awaited = RecordOf(resource_).name();
  } else {
    step.lock = static_cast<Primitive&>(resource_).place();
  }
  return step;
}

bool LongWait::Enter() {
  Table& table = TheTable();
  std::lock_guard guard(table.mutex);
  is_in_ = true;
  previous_ = nullptr;
  next_ = table.first;
  if (next_ != nullptr) next_->previous_ = this;
  table.first = this;

  std::vector<LongWait*> circle = table.FindCircle(this);
  if (circle.empty() && !std::exchange(is_known_, true)) Stir(table);
  if (circle.empty() || !SearchesNow() || !table.IsCertain(circle)) return true;
  auto self = std::find(circle.begin(), circle.end(), this);
  if (self == circle.end()) {
    // We only wait for those in the circle: one of them shall look again, and will find it.
    circle.front()->must_search_ = true;
    circle.front()->parker_.Poke();
    return true;
  }
  std::rotate(circle.begin(), self, circle.end());
  for (LongWait* wait : circle) circle_.push_back(wait->Describe());
  Unlink(table);
  return false;
}

void LongWait::Stir(Table& table) {
  // Who waits for a lock is soon on again, as a rule, and there are many.
  if (goal_ != Goal::kMessage && goal_ != Goal::kThreadEnd) return;
  for (LongWait* wait = table.first; wait != nullptr; wait = wait->next_) {
    if (wait->suspicions_ == 0 || wait->must_search_) continue;
    wait->must_search_ = true;
    wait->parker_.Poke();
  }
}

bool LongWait::SearchesNow() {
  if (std::exchange(must_search_, false)) return true;
  // The 1st, 2nd, 4th, 8th, 16th, 32nd, 48th, … time.
  uint32_t turn = ++suspicions_;
  return turn % kRarely == 0 || (turn < kRarely && (turn & (turn - 1)) == 0);
}

void LongWait::Leave() {
  if (!is_in_) return;  // Only the owner writes it.
  Table& table = TheTable();
  std::lock_guard guard(table.mutex);
  Unlink(table);
}

void LongWait::Unlink(Table& table) {
  (previous_ != nullptr ? previous_->next_ : table.first) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
  is_in_ = false;
}

}  // namespace heddle::core
