#include "core/waiter_list.h"

#include "core/family.h"

namespace heddle::core {
namespace {

/// Lists share guards: a guard is larger than a cell, and never held for long.
constexpr size_t kPrivateGuards = 64;

struct PrivateGuard {
  alignas(64) Guard guard{Scope::kPrivate};
};

Guard& GuardOf(CellLink list, Scope scope) {
  // Lives as long as the process: a thread may leave while statics are destroyed at exit.
  static auto* guards = new PrivateGuard[kPrivateGuards];
  size_t number = list / sizeof(Cell);
  if (scope == Scope::kShared) return Family::Current()->waiters_guard(number);
  return guards[number % kPrivateGuards].guard;
}

}  // namespace

Attempt WaiterCell::TryWait() {
  uint32_t seen = kWaiting;
  if (word.value.compare_exchange_strong(seen, kAsleep) || seen == kAsleep) {
    return Attempt::Sleep(kAsleep);
  }
  return Attempt::Done();
}

void WaiterCell::End() {
  // Who is killed in between has left.
  list.store(0);
  word.value.store(kWaiting);
}

WaiterList::WaiterList(Cell& cell, Scope scope)
    : list_(WaiterListCell::Of(cell)), scope_(scope), guard_(GuardOf(LinkOf(&cell), scope)) {
  guard_.Lock();
}

WaiterList::~WaiterList() {
  guard_.Unlock();
  if (released_ != nullptr) Wake(*released_, 1, scope_);
  for (WaitWord* word : more_released_) Wake(*word, 1, scope_);
}

CellLink WaiterList::LinkOf(const void* cell) const {
  return scope_ == Scope::kShared ? Family::Current()->OffsetOf(cell)
                                  : reinterpret_cast<CellLink>(cell);
}

WaiterCell& WaiterList::At(CellLink link) const {
  return scope_ == Scope::kShared ? *Family::Current()->At<WaiterCell>(link)
                                  : *reinterpret_cast<WaiterCell*>(link);
}

void WaiterList::Append(Cell& cell, HolderId holder) {
  WaiterCell& waiter = WaiterCell::Of(cell);
  CellLink last = 0;
  if (CellLink head = list_.head.load()) {
    last = list_.tail.load();
    if (last == 0) last = head;
    while (CellLink next = At(last).next.load()) last = next;
  }
  waiter.word.value.store(WaiterCell::kWaiting);
  waiter.holder.store(holder);
  waiter.list.store(LinkOf(&list_));
  waiter.next.store(0);
  waiter.previous.store(last);
  // Marked before it is in: who puts a dead one's things away looks for it there.
  waiter.linked.store(1);
  CellLink link = LinkOf(&waiter);
  (last == 0 ? list_.head : At(last).next).store(link);
  list_.tail.store(link);
  list_.count.store(last == 0 ? 1 : list_.count.load() + 1);
}

/// What precedes a waiter: 0 for the head. It may have been left half linked by a killed one.
CellLink WaiterList::Before(const WaiterCell& waiter) const {
  CellLink link = LinkOf(&waiter);
  CellLink hint = waiter.previous.load();
  if (hint == 0 ? list_.head.load() == link : At(hint).next.load() == link) return hint;
  CellLink before = 0;
  for (CellLink at = list_.head.load(); at != link && at != 0; at = At(at).next.load()) before = at;
  return before;
}

void WaiterList::Unlink(WaiterCell& waiter, CellLink before) {
  CellLink link = LinkOf(&waiter);
  std::atomic<CellLink>& from = before == 0 ? list_.head : At(before).next;
  // A killed one may have put it out already: then its neighbours are others' by now.
  if (from.load() == link) {
    CellLink next = waiter.next.load();
    // First what must not lead from a waiter that is not in the list any more: the tail, and the
    // hint of the next one, which until then is found to be wrong.
    if (list_.tail.load() == link) list_.tail.store(before);
    if (next != 0) At(next).previous.store(before);
    from.store(next);
    list_.count.fetch_sub(1);
  }
  waiter.linked.store(0);
}

void WaiterList::Remove(Cell& cell) {
  WaiterCell& waiter = WaiterCell::Of(cell);
  if (waiter.linked.load() != 0) Unlink(waiter, Before(waiter));
}

bool WaiterList::IsGone(const WaiterCell& waiter) const {
  return scope_ == Scope::kShared && IsSharedHolderGone(waiter.holder.load());
}

void WaiterList::Release(uint32_t count, uint32_t as) {
  while (count > 0) {
    CellLink head = list_.head.load();
    if (head == 0) return list_.count.store(0);
    WaiterCell& waiter = At(head);
    if (waiter.IsReady() || IsGone(waiter)) {
      Unlink(waiter, 0);
      continue;
    }
    --count;
    // Released before it is out: who is killed in between has released it nevertheless, and the
    // next one only puts it out.
    bool asleep = waiter.word.value.exchange(as) == WaiterCell::kAsleep;
    Unlink(waiter, 0);
    // It may go on from here, and its cell be used again: a late wake-up does no harm.
    if (!asleep && waiter.word.listeners.load() == 0) continue;
    if (released_ == nullptr) {
      released_ = &waiter.word;
    } else {
      more_released_.push_back(&waiter.word);
    }
  }
}

Cell* ListOf(const WaiterCell& waiter, Scope scope) {
  CellLink link = waiter.list.load();
  if (link == 0) return nullptr;
  if (scope == Scope::kPrivate) return reinterpret_cast<Cell*>(link);
  return Family::Current()->At<Cell>(link);
}

}  // namespace heddle::core
