#include "core/waiter_list.h"

#include <deque>

#include "core/barrier.h"
#include "waiter_support.h"

namespace heddle::test {
namespace {

using core::Primitive;
using core::PrimitiveKind;
using core::WaiterCell;
using core::WaiterList;

core::Ref<Primitive> Make(Scope scope) {
  return Primitive::Create(PrimitiveKind::kCondition, scope).value();
}

void Append(Primitive& list, Waiting& waiting) {
  WaiterList(list.cell(), list.scope()).Append(waiting.cell(), waiting.holder);
}

void Remove(Primitive& list, Waiting& waiting) {
  WaiterList(list.cell(), list.scope()).Remove(waiting.cell());
  waiting.state().End();
}

void Release(Primitive& list, uint32_t count) {
  WaiterList(list.cell(), list.scope()).Release(count, WaiterCell::kReleased);
}

uint32_t Count(Primitive& list) { return WaiterList(list.cell(), list.scope()).count(); }

}  // namespace

TEST_CASE("waiter list: its head is where lib/threading looks whether anybody waits") {
  auto list = Make(EachScope());
  Waiting one(list->scope());
  CHECK(list->cell().extra[0] == 0);
  CHECK(list->cell().extra[1] == 0);
  Append(*list, one);
  CHECK((list->cell().extra[0] | list->cell().extra[1]) != 0);
  Remove(*list, one);
  CHECK((list->cell().extra[0] | list->cell().extra[1]) == 0);
}

TEST_CASE("waiter list: releases in the order in which they came, and no more than it is told") {
  auto list = Make(EachScope());
  std::vector<Waiting> all;
  for (int i = 0; i < 5; ++i) all.emplace_back(list->scope());
  for (Waiting& one : all) Append(*list, one);
  CHECK(Count(*list) == 5);
  Remove(*list, all[1]);
  Release(*list, 2);
  CHECK(all[0].word() == WaiterCell::kReleased);
  CHECK(all[2].word() == WaiterCell::kReleased);
  CHECK(all[3].word() == WaiterCell::kWaiting);
  CHECK(all[4].word() == WaiterCell::kWaiting);
  Release(*list, 100);
  CHECK(all[4].word() == WaiterCell::kReleased);
  CHECK(Count(*list) == 0);
  for (Waiting& one : all) one.state().End();
}

TEST_CASE("waiter list: whoever comes and goes in any order, it is what a queue would be") {
  auto list = Make(EachScope());
  std::vector<Waiting> all;
  for (int i = 0; i < 12; ++i) all.emplace_back(list->scope());
  Random random(17);
  std::deque<size_t> model;
  for (int turn = 0; turn < Soak(20'000); ++turn) {
    size_t who = random.Below(12);
    auto place = std::find(model.begin(), model.end(), who);
    if (random.Below(8) == 0) {
      uint32_t count = random.Below(4);
      Release(*list, count);
      for (; count > 0 && !model.empty(); --count) {
        REQUIRE(all[model.front()].word() == WaiterCell::kReleased);
        all[model.front()].state().End();
        model.pop_front();
      }
    } else if (place == model.end()) {
      Append(*list, all[who]);
      model.push_back(who);
    } else {
      Remove(*list, all[who]);
      model.erase(place);
    }
    REQUIRE(Walk(*list) == static_cast<int>(model.size()));
    REQUIRE(Count(*list) == model.size());
    for (size_t i : model) REQUIRE(all[i].word() == WaiterCell::kWaiting);
  }
  while (!model.empty()) {
    Remove(*list, all[model.back()]);
    model.pop_back();
  }
}

TEST_CASE("waiter list: each that leaves was notified or not, and as many were as were released") {
  auto list = Make(EachScope());
  constexpr int kWaiters = 5;
  std::atomic<int> at_work{kWaiters};
  uint64_t released = 0;
  std::atomic<uint64_t> received{0};
  Together(kWaiters + 1, [&](int number) {
    Random random(static_cast<uint64_t>(number));
    if (number == kWaiters) {
      while (at_work > 0) {
        uint32_t count = 1 + random.Below(3);
        {
          WaiterList guarded(list->cell(), list->scope());
          released += std::min(count, guarded.count());
          guarded.Release(count, WaiterCell::kReleased);
        }
        if (random.Below(2) == 0) std::this_thread::yield();
      }
      return;
    }
    Waiting self(list->scope());
    WaiterCell& waiter = self.state();
    for (int i = 0; i < Soak(1500); ++i) {
      Append(*list, self);
      self.parker.Interrupt(random.Below(4) == 0 ? Outcome::kStopping : Outcome::kWait);
      int64_t deadline = random.Below(4) == 0 ? 0 : os::MonotonicNanos() + 1 + random.Below(50'000);
      core::Block(
          waiter.word, list->scope(), deadline, self.parker, [&](bool) { return waiter.TryWait(); },
          [&] { return waiter.IsReady(); });
      // As a condition leaves.
      if (waiter.linked.load() != 0) WaiterList(list->cell(), list->scope()).Remove(self.cell());
      received += waiter.word.value.load() == WaiterCell::kReleased;
      waiter.End();
    }
    --at_work;
  });
  CHECK(released == received);
  CHECK(released > 0);
  CHECK(Walk(*list) == 0);
  CHECK(Count(*list) == 0);
}

TEST_CASE("waiter list: no sleeper is forgotten where releases and waits alternate") {
  auto list = Make(EachScope());
  constexpr int kWaiters = 4;
  const int rounds = Soak(1500);
  std::atomic<int> left{kWaiters * rounds};
  Together(kWaiters + 1, [&](int number) {
    if (number == kWaiters) {
      while (left > 0) {
        Release(*list, 1);
        std::this_thread::yield();
      }
      return;
    }
    Waiting self(list->scope());
    for (int i = 0; i < rounds; ++i) {
      Append(*list, self);
      BlockForever(self.state().word, list->scope(), [&](bool) { return self.state().TryWait(); });
      Remove(*list, self);
      --left;
    }
  });
  CHECK(Walk(*list) == 0);
}

TEST_CASE("waiter list: ten thousand leave from the front, the back and the middle") {
  auto list = Make(EachScope());
  constexpr int kMany = 10'000;
  std::vector<core::Ref<Primitive>> cells;
  for (int i = 0; i < kMany; ++i) {
    cells.push_back(Primitive::Create(PrimitiveKind::kWaiter, list->scope()).value());
    WaiterList(list->cell(), list->scope()).Append(cells.back()->cell(), 1);
  }
  auto leave = [&](int i) {
    WaiterList(list->cell(), list->scope()).Remove(cells[i]->cell());
    WaiterCell::Of(cells[i]->cell()).End();
  };
  for (int i = 0; i < 2500; ++i) leave(i);
  for (int i = kMany - 1; i >= 7500; --i) leave(i);
  for (int i = 2500; i < 7500; i += 2) leave(i);
  CHECK(Walk(*list) == 2500);
  Release(*list, UINT32_MAX);
  CHECK(Walk(*list) == 0);
  for (int i = 2501; i < 7500; i += 2) {
    REQUIRE(WaiterCell::Of(cells[i]->cell()).word.value == WaiterCell::kReleased);
    WaiterCell::Of(cells[i]->cell()).End();
  }
}

// What a process leaves that is killed in the midst of it is made by hand here; that nothing else
// comes of it, the tests with processes tell.

TEST_CASE("waiter list: who was put out by one who was killed at it touches no cell of others") {
  auto list = Make(EachScope());
  Waiting first(list->scope()), second(list->scope());
  Append(*list, first);
  Append(*list, second);
  // Out, but still marked.
  second.state().previous.store(0);
  core::WaiterListCell::Of(list->cell()).head.store(first.state().next.load());
  Remove(*list, second);
  // The cell is something else by now.
  second.cell().extra[4].store(7);
  second.cell().extra[5].store(8);
  Remove(*list, first);
  CHECK(second.cell().extra[4] == 7);
  CHECK(second.cell().extra[5] == 8);
  CHECK(Walk(*list) == 0);
  CHECK(Count(*list) == 0);
  second.cell().extra[4].store(0);
  second.cell().extra[5].store(0);
}

TEST_CASE("waiter list: one that was marked and not linked leaves it as it is") {
  auto list = Make(EachScope());
  for (bool empty : {true, false}) {
    CAPTURE(empty);
    Waiting other(list->scope()), cut(list->scope());
    if (!empty) Append(*list, other);
    cut.state().previous.store(core::WaiterListCell::Of(list->cell()).tail.load());
    cut.state().linked.store(1);
    Remove(*list, cut);
    CHECK(Walk(*list) == (empty ? 0 : 1));
    CHECK(Count(*list) == (empty ? 0 : 1));
    CHECK(cut.state().linked == 0);
    if (!empty) Remove(*list, other);
  }
}

TEST_CASE("waiter list: one that was released and not put out is passed over") {
  auto list = Make(EachScope());
  Waiting first(list->scope()), second(list->scope());
  Append(*list, first);
  Append(*list, second);
  first.state().word.value.store(WaiterCell::kReleased);
  Release(*list, 1);
  CHECK(second.word() == WaiterCell::kReleased);
  CHECK(Walk(*list) == 0);
  CHECK(first.state().linked == 0);
  first.state().End();
  second.state().End();
}

TEST_CASE("waiter list: a tail or a number that was left behind does no harm") {
  auto list = Make(EachScope());
  auto& state = core::WaiterListCell::Of(list->cell());
  Waiting first(list->scope()), second(list->scope()), third(list->scope());
  Append(*list, first);
  core::CellLink before = state.tail.load();
  Append(*list, second);
  state.tail.store(before);
  state.count.store(1);
  Append(*list, third);
  CHECK(Walk(*list) == 3);
  Remove(*list, third);
  Remove(*list, second);
  Remove(*list, first);
  CHECK(Count(*list) == 0);
  state.count.store(5);
  CHECK(Count(*list) == 0);
  Append(*list, first);
  CHECK(Count(*list) == 1);
  Remove(*list, first);
}

}  // namespace heddle::test
