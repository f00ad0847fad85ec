#pragma once

#include "core/block.h"
#include "core/family.h"
#include "core/primitive.h"
#include "core/waiter_list.h"
#include "support.h"

namespace heddle::test {

/// A thread as one that waits in a list: its cell, its name as a holder, its parker.
struct Waiting {
  explicit Waiting(Scope scope)
      : primitive(core::Primitive::Create(core::PrimitiveKind::kWaiter, scope).value()),
        holder(HolderIn(scope, core::NewHolder())),
        parker(TestParker::Make()) {}

  /// Takes another cell, as another promise of the same thread would.
  void Renew() {
    primitive = core::Primitive::Create(core::PrimitiveKind::kWaiter, primitive->scope()).value();
  }

  core::Cell& cell() const { return primitive->cell(); }
  core::WaiterCell& state() const { return core::WaiterCell::Of(cell()); }
  uint32_t word() const { return state().word.value.load(); }

  core::Ref<core::Primitive> primitive;
  core::HolderId holder;
  TestParker& parker;
};

/// How many are in the list, by walking it; -1 if it is not whole.
inline int Walk(core::Primitive& owner) {
  constexpr int kMost = 100'000;
  Scope scope = owner.scope();
  core::WaiterList guarded(owner.cell(), scope);
  auto& list = core::WaiterListCell::Of(owner.cell());
  auto link_of = [&](const void* cell) {
    return scope == Scope::kShared ? core::Family::Current()->OffsetOf(cell)
                                   : reinterpret_cast<core::CellLink>(cell);
  };
  int count = 0;
  core::CellLink tail = list.tail.load();
  bool has_tail = tail == 0;
  for (core::CellLink link = list.head.load(); link != 0; ++count) {
    auto& waiter = scope == Scope::kShared ? *core::Family::Current()->At<core::WaiterCell>(link)
                                           : *reinterpret_cast<core::WaiterCell*>(link);
    has_tail |= link == tail;
    if (waiter.linked.load() == 0 || waiter.list.load() != link_of(&list) || count > kMost) {
      return -1;
    }
    link = waiter.next.load();
  }
  // An empty list's tail is not looked at.
  return has_tail || count == 0 ? count : -1;
}

}  // namespace heddle::test
