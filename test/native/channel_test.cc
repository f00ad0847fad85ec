#include "core/channel.h"

#include <algorithm>
#include <cstring>
#include <latch>
#include <memory>

#include "core/family_cells.h"
#include "core/line.h"
#include "core/primitive.h"
#include "support.h"

namespace heddle::test {
namespace {

using core::Channel;
using core::Codec;
using core::Incoming;
using core::Outgoing;
using core::Ref;
using core::Resource;

Ref<Channel> Make(Scope scope, uint64_t most_items = 0) {
  return Channel::Create(scope, most_items).value();
}

Outgoing Number(uint64_t number) {
  Outgoing message;
  message.codec = Codec::kDouble;
  message.scalar = number;
  return message;
}

Outcome PutNow(Channel& channel, uint64_t number, uint64_t* position = nullptr) {
  return channel.TryPut(Number(number), position);
}

/// The number that is taken now; -1: none, -2: closed.
int64_t TakeNow(Channel& channel) {
  static TestParker& parker = TestParker::Make();
  Incoming message;
  Outcome outcome = channel.Take(message, 0, parker);
  if (outcome == Outcome::kClosed) return -2;
  return outcome == Outcome::kDone ? static_cast<int64_t>(message.scalar) : -1;
}

std::vector<uint8_t> Bytes(size_t size, uint64_t seed) {
  std::vector<uint8_t> bytes(size);
  Random random(seed);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.Next());
  return bytes;
}

}  // namespace

TEST_CASE("channel: first in, first out") {
  auto channel = Make(EachScope());
  for (uint64_t i = 0; i < 1000; ++i) PutNow(*channel, i);
  CHECK(channel->Size() == 1000);
  for (int64_t i = 0; i < 1000; ++i) REQUIRE(TakeNow(*channel) == i);
  CHECK(TakeNow(*channel) == -1);
  CHECK(channel->Size() == 0);
}

TEST_CASE("channel: all of a message arrives") {
  auto channel = Make(EachScope());
  TestParker& parker = TestParker::Make();
  Incoming taken;
  for (size_t size : {0, 1, 7, 8, 9, 4095, 16 * 1024, 16 * 1024 + 1, 1 << 20, 3, 5 << 20, 0}) {
    CAPTURE(size);
    auto bytes = Bytes(size, size);
    Outgoing message;
    message.codec = Codec::kPacked;
    message.shape = 3;
    message.a = -5;
    message.b = 1 << 30;
    message.scalar = 0xfedc'ba98'7654'3210;
    message.payload = bytes.data();
    message.size = size;
    REQUIRE(channel->Put(message, os::kForever, parker, nullptr) == Outcome::kDone);
    REQUIRE(channel->Take(taken, os::kForever, parker) == Outcome::kDone);
    CHECK(taken.codec == Codec::kPacked);
    CHECK(taken.shape == 3);
    CHECK(taken.a == -5);
    CHECK(taken.b == 1 << 30);
    // A payload out of line uses the scalar for its own purpose.
    if (!taken.blob) CHECK(taken.scalar == message.scalar);
    REQUIRE(taken.size == size);
    if (size != 0) CHECK(std::memcmp(taken.bytes(), bytes.data(), size) == 0);
  }
}

TEST_CASE("channel: large payloads are out of line") {
  Scope scope = EachScope();
  auto channel = Make(scope);
  TestParker& parker = TestParker::Make();
  auto bytes = Bytes(300'000, 1);
  Outgoing message;
  message.payload = bytes.data();
  const size_t most = scope == Scope::kPrivate ? 16 * 1024 : 256 * 1024;
  for (size_t size : {most, most + 1}) {
    message.size = size;
    channel->TryPut(message, nullptr);
    Incoming taken;
    channel->Take(taken, 0, parker);
    CHECK(static_cast<bool>(taken.blob) == (size > most));
    CHECK(taken.size == size);
    CHECK(std::memcmp(taken.bytes(), bytes.data(), size) == 0);
  }
}

TEST_CASE("channel: random messages, as a deque of them") {
  Scope scope = EachScope();
  TestParker& parker = TestParker::Make();
  for (uint64_t seed = 1; seed <= static_cast<uint64_t>(Soak(3)); ++seed) {
    CAPTURE(seed);
    Random random(seed);
    auto channel = Make(scope);
    struct Sent {
      uint64_t position;
      std::vector<uint8_t> bytes;
    };
    std::vector<Sent> model;
    Incoming taken;
    for (int step = 0; step < 2000; ++step) {
      uint32_t choice = random.Below(10);
      if (choice < 5) {
        size_t size = random.Below(30) == 0 ? random.Below(60'000) : random.Below(300);
        Sent sent{0, Bytes(size, random.Next())};
        Outgoing message;
        message.payload = sent.bytes.data();
        message.size = size;
        REQUIRE(channel->TryPut(message, &sent.position) == Outcome::kDone);
        model.push_back(std::move(sent));
      } else if (choice < 9) {
        Outcome outcome = channel->Take(taken, 0, parker);
        REQUIRE(outcome == (model.empty() ? Outcome::kTimedOut : Outcome::kDone));
        if (model.empty()) continue;
        const std::vector<uint8_t>& bytes = model.front().bytes;
        REQUIRE(taken.size == bytes.size());
        REQUIRE((bytes.empty() || std::memcmp(taken.bytes(), bytes.data(), bytes.size()) == 0));
        model.erase(model.begin());
      } else if (!model.empty()) {
        size_t victim = random.Below(static_cast<uint32_t>(model.size()));
        uint64_t position = model[victim].position;
        REQUIRE(channel->IsQueued(position));
        REQUIRE(channel->Revoke(position));
        REQUIRE_FALSE(channel->IsQueued(position));
        REQUIRE_FALSE(channel->Revoke(position));
        model.erase(model.begin() + static_cast<std::ptrdiff_t>(victim));
      }
      REQUIRE(channel->Size() == model.size());
    }
  }
}

TEST_CASE("channel: many producers and many consumers lose and duplicate nothing") {
  Scope scope = EachScope();
  constexpr int kProducers = 4, kConsumers = 4;
  const uint64_t each = static_cast<uint64_t>(Soak(1500));
  for (uint64_t limit : {0, 1, 7}) {
    CAPTURE(limit);
    auto channel = Make(scope, limit);
    std::vector<std::atomic<uint8_t>> seen(kProducers * each);
    std::atomic<int> out_of_order{0}, torn{0}, over_limit{0};
    std::latch producers(kProducers);
    Together(kProducers + kConsumers, [&](int number) {
      TestParker& parker = TestParker::Make();
      if (number < kProducers) {
        Random random(static_cast<uint64_t>(number));
        for (uint64_t i = 0; i < each; ++i) {
          uint64_t id = static_cast<uint64_t>(number) * each + i;
          auto bytes = Bytes(random.Below(random.Below(50) == 0 ? 20'000 : 64), id);
          Outgoing message;
          message.a = static_cast<int32_t>(id);
          message.payload = bytes.data();
          message.size = bytes.size();
          channel->Put(message, os::kForever, parker, nullptr);
          if (limit != 0 && channel->Size() > limit) ++over_limit;
        }
        producers.count_down();
        // The last to leave closes the door.
        if (number == 0) {
          producers.wait();
          channel->Close();
        }
        return;
      }
      std::vector<int64_t> last(kProducers, -1);
      Incoming message;
      while (channel->Take(message, os::kForever, parker) == Outcome::kDone) {
        auto id = static_cast<uint64_t>(message.a);
        ++seen[id];
        int64_t& before = last[id / each];
        if (static_cast<int64_t>(id) <= before) ++out_of_order;
        before = static_cast<int64_t>(id);
        auto bytes = Bytes(message.size, id);
        if (!bytes.empty() && std::memcmp(bytes.data(), message.bytes(), bytes.size()) != 0) {
          ++torn;
        }
      }
    });
    CHECK(std::all_of(seen.begin(), seen.end(), [](auto& times) { return times == 1; }));
    CHECK(out_of_order == 0);
    CHECK(torn == 0);
    CHECK(over_limit == 0);
    CHECK(channel->Size() == 0);
  }
}

TEST_CASE("channel: N puts wake N sleeping consumers, without the slice") {
  Scope scope = EachScope();
  Slices slices;
  constexpr int kConsumers = 6;
  auto channel = Make(scope);
  const int rounds = Soak(30);
  std::atomic<int> rescued{0};
  for (int round = 0; round < rounds; ++round) {
    std::vector<TestParker*> parkers;
    Threads threads;
    for (int i = 0; i < kConsumers; ++i) {
      parkers.push_back(&TestParker::Make());
      threads.Start([&, parker = parkers.back()] {
        Slices::Forget();
        Incoming message;
        channel->Take(message, os::kForever, *parker);
        if (Slices::EndedLongAfter(static_cast<int64_t>(message.scalar))) ++rescued;
      });
    }
    // Before their first sleep, in it, or in the long one: all are marked.
    for (TestParker* parker : parkers)
      parker->AwaitLooks(round % 2 == 0 ? TestParker::kFirstSleep : TestParker::kLongSleep);
    for (int i = 0; i < kConsumers; ++i) {
      PutNow(*channel, static_cast<uint64_t>(os::MonotonicNanos()));
    }
    threads.Join();
  }
  CHECK(rescued.load() == 0);
  CHECK(channel->Size() == 0);
}

TEST_CASE("channel: N takes wake N sleeping producers, without the slice") {
  Scope scope = EachScope();
  Slices slices;
  constexpr int kProducers = 5;
  auto channel = Make(scope, kProducers);
  const int rounds = Soak(30);
  std::atomic<int> rescued{0};
  for (int round = 0; round < rounds; ++round) {
    for (uint64_t i = 0; i < kProducers; ++i) PutNow(*channel, i);
    CHECK(PutNow(*channel, 0) == Outcome::kWait);
    std::vector<TestParker*> parkers;
    std::atomic<int64_t> begun{INT64_MAX};
    Threads threads;
    for (int i = 0; i < kProducers; ++i) {
      parkers.push_back(&TestParker::Make());
      threads.Start([&, parker = parkers.back()] {
        Slices::Forget();
        channel->Put(Number(1), os::kForever, *parker, nullptr);
        if (Slices::EndedLongAfter(begun)) ++rescued;
      });
    }
    for (TestParker* parker : parkers)
      parker->AwaitLooks(round % 2 == 0 ? TestParker::kFirstSleep : TestParker::kLongSleep);
    begun = os::MonotonicNanos();
    for (int i = 0; i < kProducers; ++i) CHECK(TakeNow(*channel) >= 0);
    threads.Join();
    for (int i = 0; i < kProducers; ++i) CHECK(TakeNow(*channel) == 1);
  }
  CHECK(rescued.load() == 0);
}

TEST_CASE("channel: waiting to read and then taking loses no wake-up") {
  // As promises and getMany do it; the waits have no slices here.
  Scope scope = EachScope();
  auto channel = Make(scope);
  constexpr int kConsumers = 4;
  const int each = Soak(1500);
  std::atomic<int64_t> sum{0};
  Together(kConsumers + 1, [&](int number) {
    if (number == kConsumers) {
      for (int i = 1; i <= kConsumers * each; ++i) {
        PutNow(*channel, static_cast<uint64_t>(i));
        if (i % 64 == 0) std::this_thread::yield();
      }
      return;
    }
    for (int i = 0; i < each;) {
      BlockForever(channel->readable(), scope,
                   [&](bool waited) { return channel->TryReadable(waited); });
      int64_t taken = TakeNow(*channel);
      if (taken < 0) continue;
      sum += taken;
      ++i;
    }
  });
  int64_t count = int64_t{kConsumers} * each;
  CHECK(sum == count * (count + 1) / 2);
}

TEST_CASE("channel: interrupted waiters take no wake-up with them") {
  Scope scope = EachScope();
  Slices slices;
  auto channel = Make(scope, 2);
  const uint64_t items = static_cast<uint64_t>(Soak(3000));
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> taken{0};
  std::atomic<int> rescued{0};
  Threads disturbers;
  for (int i = 0; i < 2; ++i) {
    disturbers.Start([&, i] {
      Random random(static_cast<uint64_t>(i));
      TestParker& parker = TestParker::Make();
      while (!stop) {
        parker.Interrupt(random.Below(2) == 0 ? Outcome::kInterrupted : Outcome::kWait);
        Incoming message;
        int64_t deadline = os::MonotonicNanos() + 1 + random.Below(50'000);
        if (channel->Take(message, deadline, parker) == Outcome::kDone) ++taken;
      }
    });
  }
  Threads threads;
  for (int i = 0; i < 2; ++i) {
    threads.Start([&] {
      TestParker& parker = TestParker::Make();
      Incoming message;
      Slices::Forget();
      while (channel->Take(message, os::kForever, parker) == Outcome::kDone) {
        ++taken;
        if (Slices::EndedLongAfter(static_cast<int64_t>(message.scalar))) ++rescued;
        Slices::Forget();
      }
    });
  }
  TestParker& parker = TestParker::Make();
  for (uint64_t i = 0; i < items; ++i) {
    channel->Put(Number(static_cast<uint64_t>(os::MonotonicNanos())), os::kForever, parker,
                 nullptr);
    if (i % 32 == 0) std::this_thread::yield();
  }
  channel->Close();
  threads.Join();
  stop = true;
  disturbers.Join();
  CHECK(taken == items);
  CHECK(rescued.load() == 0);
}

TEST_CASE("channel: a limit holds back, room lets in") {
  auto channel = Make(EachScope(), 2);
  TestParker& parker = TestParker::Make();
  CHECK(PutNow(*channel, 1) == Outcome::kDone);
  CHECK(channel->TryWritable().outcome == Outcome::kDone);
  CHECK(PutNow(*channel, 2) == Outcome::kDone);
  CHECK(PutNow(*channel, 3) == Outcome::kWait);
  CHECK(channel->TryWritable().outcome == Outcome::kWait);
  CHECK(channel->Put(Number(3), 0, parker, nullptr) == Outcome::kTimedOut);
  CHECK(channel->Put(Number(3), After(1), parker, nullptr) == Outcome::kTimedOut);
  CHECK(channel->Size() == 2);
  CHECK(TakeNow(*channel) == 1);
  CHECK(PutNow(*channel, 3) == Outcome::kDone);
  CHECK(TakeNow(*channel) == 2);
  CHECK(TakeNow(*channel) == 3);
}

TEST_CASE("channel: closed, it gives what is left and then says so") {
  auto channel = Make(EachScope());
  TestParker& parker = TestParker::Make();
  PutNow(*channel, 1);
  channel->Close();
  CHECK(channel->IsClosed());
  CHECK(PutNow(*channel, 2) == Outcome::kClosed);
  CHECK(channel->Put(Number(2), os::kForever, parker, nullptr) == Outcome::kClosed);
  CHECK(channel->TryReadable(false).outcome == Outcome::kDone);
  CHECK(TakeNow(*channel) == 1);
  CHECK(TakeNow(*channel) == -2);
  CHECK(channel->TryReadable(false).outcome == Outcome::kDone);
  CHECK(channel->TryWritable().outcome == Outcome::kDone);
  channel->Close();
}

TEST_CASE("channel: closing wakes every waiter on both sides, without the slice") {
  Scope scope = EachScope();
  Slices slices;
  for (int round = 0; round < Soak(20); ++round) {
    auto empty = Make(scope);
    auto full = Make(scope, 1);
    PutNow(*full, 1);
    std::vector<TestParker*> parkers;
    std::atomic<int> closed{0}, rescued{0};
    std::atomic<int64_t> begun{INT64_MAX};
    Threads threads;
    for (int i = 0; i < 6; ++i) {
      parkers.push_back(&TestParker::Make());
      threads.Start([&, i, parker = parkers.back()] {
        Slices::Forget();
        Incoming message;
        Outcome outcome = i % 3 == 0   ? empty->Take(message, os::kForever, *parker)
                          : i % 3 == 1 ? full->Put(Number(2), os::kForever, *parker, nullptr)
                                       : empty->WaitReadable(os::kForever, *parker);
        closed += outcome == (i % 3 == 2 ? Outcome::kDone : Outcome::kClosed);
        if (Slices::EndedLongAfter(begun)) ++rescued;
      });
    }
    for (TestParker* parker : parkers)
      parker->AwaitLooks(round % 2 == 0 ? TestParker::kFirstSleep : TestParker::kLongSleep);
    begun = os::MonotonicNanos();
    empty->Close();
    full->Close();
    threads.Join();
    REQUIRE(closed == 6);
    REQUIRE(rescued.load() == 0);
  }
}

TEST_CASE("channel: revoked messages are never taken, wherever they stood") {
  Scope scope = EachScope();
  struct Case {
    std::vector<size_t> revoked;
    std::vector<int64_t> taken;
  };
  for (const Case& example : {
           Case{{0}, {1, 2, 3, 4}},
           Case{{1, 2}, {0, 3, 4}},
           Case{{2, 1}, {0, 3, 4}},
           Case{{4}, {0, 1, 2, 3}},
           Case{{1, 0}, {2, 3, 4}},
           Case{{4, 3, 2, 1, 0}, {}},
           Case{{0, 1, 2, 3, 4}, {}},
       }) {
    auto channel = Make(scope);
    std::vector<uint64_t> at(5);
    for (uint64_t i = 0; i < 5; ++i) PutNow(*channel, i, &at[i]);
    for (size_t i : example.revoked) CHECK(channel->Revoke(at[i]));
    CHECK(channel->Size() == example.taken.size());
    for (int64_t number : example.taken) CHECK(TakeNow(*channel) == number);
    CHECK(TakeNow(*channel) == -1);
    for (uint64_t position : at) {
      CHECK_FALSE(channel->IsQueued(position));
      CHECK_FALSE(channel->Revoke(position));
    }
    PutNow(*channel, 9);
    CHECK(TakeNow(*channel) == 9);
    channel->Close();
    CHECK(TakeNow(*channel) == -2);
  }
}

TEST_CASE("channel: revoking makes room for a sleeping producer") {
  Scope scope = EachScope();
  Slices slices;
  auto channel = Make(scope, 1);
  uint64_t position;
  PutNow(*channel, 1, &position);
  TestParker& parker = TestParker::Make();
  int64_t begun = INT64_MAX;
  bool rescued = false;
  Threads threads;
  std::latch go(1);
  threads.Start([&] {
    Slices::Forget();
    channel->Put(Number(2), os::kForever, parker, nullptr);
    go.wait();
    rescued = Slices::EndedLongAfter(begun);
  });
  parker.AwaitLooks(TestParker::kLongSleep);
  begun = os::MonotonicNanos();
  CHECK(channel->Revoke(position));
  go.count_down();
  threads.Join();
  CHECK_FALSE(rescued);
  CHECK(TakeNow(*channel) == 2);
}

TEST_CASE("channel: of revoking and taking, one wins") {
  auto channel = Make(EachScope());
  const int rounds = Soak(1500);
  std::vector<std::atomic<int>> fate(static_cast<size_t>(rounds));
  std::atomic<bool> done{false};
  Threads threads;
  for (int i = 0; i < 2; ++i) {
    threads.Start([&] {
      for (;;) {
        bool last = done;
        int64_t number = TakeNow(*channel);
        if (number >= 0) ++fate[static_cast<size_t>(number)];
        if (number < 0 && last) return;
      }
    });
  }
  for (int i = 0; i < rounds; ++i) {
    uint64_t position;
    PutNow(*channel, static_cast<uint64_t>(i), &position);
    if (i % 16 == 0) std::this_thread::yield();
    if (channel->Revoke(position)) ++fate[static_cast<size_t>(i)];
  }
  done = true;
  threads.Join();
  CHECK(std::all_of(fate.begin(), fate.end(), [](auto& times) { return times == 1; }));
}

/// What travels in a channel of that scope, and how many of it there are.
class Goods {
 public:
  explicit Goods(Scope scope) : scope_(scope), before_(scope == Scope::kShared ? Events() : 0) {}
  Ref<Resource> Make() {
    if (scope_ == Scope::kPrivate) return Ref<Resource>::Adopt(Counted::Make(alive_).Leak());
    auto event = core::Primitive::Create(core::PrimitiveKind::kEvent, Scope::kShared);
    return Ref<Resource>::Adopt(event.value().Leak());
  }
  int Alive() const { return scope_ == Scope::kPrivate ? alive_.load() : Events() - before_; }

 private:
  static int Events() {
    int count = 0;
    core::FamilyCells(*core::Family::Get().value())
        .ForEach(static_cast<uint8_t>(core::PrimitiveKind::kEvent),
                 [&](core::Cell&, core::Offset) { ++count; });
    return count;
  }
  const Scope scope_;
  const int before_;
  std::atomic<int> alive_{0};
};

TEST_CASE("channel: attachments live as long as their message") {
  Scope scope = EachScope();
  Goods goods(scope);
  auto bytes = Bytes(300'000, 1);
  auto put = [&](Channel& channel, uint32_t count, size_t size) {
    std::vector<Ref<Resource>> made;
    std::vector<Resource*> attachments;
    for (uint32_t i = 0; i < count; ++i) {
      made.push_back(goods.Make());
      attachments.push_back(made.back().get());
    }
    Outgoing message;
    message.attachments = attachments.data();
    message.attachment_count = count;
    message.payload = bytes.data();
    message.size = size;
    uint64_t position = 0;
    REQUIRE(channel.TryPut(message, &position) == Outcome::kDone);
    return position;
  };
  TestParker& parker = TestParker::Make();
  for (size_t size : {0, 5, 20'000, 300'000}) {
    CAPTURE(size);
    auto channel = Make(scope);
    put(*channel, 3, size);
    CHECK(goods.Alive() == 3);
    {
      Incoming taken;
      REQUIRE(channel->Take(taken, 0, parker) == Outcome::kDone);
      CHECK(taken.attachments.size() == 3);
      CHECK(taken.size == size);
      CHECK((size == 0 || std::memcmp(taken.bytes(), bytes.data(), size) == 0));
      CHECK(goods.Alive() == 3);
      // Used again, it lets go of what it held.
      put(*channel, 1, size);
      REQUIRE(channel->Take(taken, 0, parker) == Outcome::kDone);
      CHECK(goods.Alive() == 1);
    }
    CHECK(goods.Alive() == 0);

    put(*channel, 1, size);
    uint64_t middle = put(*channel, 2, size);
    put(*channel, 4, size);
    CHECK(channel->Revoke(middle));
    CHECK(goods.Alive() == 5);
    channel->Close();
    CHECK(goods.Alive() == 5);
    channel = {};
    CHECK(goods.Alive() == 0);
  }
}

TEST_CASE("channel: a refused message retains nothing") {
  Scope scope = EachScope();
  Goods goods(scope);
  auto channel = Make(scope, 1);
  PutNow(*channel, 1);
  {
    auto attached = goods.Make();
    Resource* attachments[] = {attached.get()};
    Outgoing message;
    message.attachments = attachments;
    message.attachment_count = 1;
    CHECK(channel->TryPut(message, nullptr) == Outcome::kWait);
    channel->Close();
    CHECK(channel->TryPut(message, nullptr) == Outcome::kClosed);
  }
  CHECK(goods.Alive() == 0);
}

TEST_CASE("channel: between processes nothing travels that only one of them has") {
  auto channel = Make(Scope::kShared);
  Goods goods(Scope::kPrivate);
  auto attached = goods.Make();
  Resource* attachments[] = {attached.get()};
  Outgoing message;
  message.attachments = attachments;
  message.attachment_count = 1;
  CHECK(channel->TryPut(message, nullptr) == Outcome::kNotShared);
  attached = {};
  CHECK(goods.Alive() == 0);
  CHECK(channel->Size() == 0);
}

TEST_CASE("channel: a message can be read where it is") {
  Scope scope = EachScope();
  auto channel = Make(scope);
  TestParker& parker = TestParker::Make();
  Incoming seen;
  for (size_t size : {0, 100, 40'000, 700'000}) {
    CAPTURE(size);
    auto bytes = Bytes(size, size);
    Outgoing message;
    message.payload = bytes.data();
    message.size = size;
    message.a = 7;
    uint64_t position, other;
    REQUIRE(channel->TryPut(message, &position) == Outcome::kDone);
    PutNow(*channel, 1, &other);
    for (int i = 0; i < 2; ++i) {
      REQUIRE(channel->Peek(position, seen));
      CHECK(seen.a == 7);
      REQUIRE(seen.size == size);
      CHECK((size == 0 || std::memcmp(seen.bytes(), bytes.data(), size) == 0));
    }
    CHECK(channel->Revoke(other));
    CHECK_FALSE(channel->Peek(other, seen));
    CHECK(channel->Take(seen, 0, parker) == Outcome::kDone);
    CHECK_FALSE(channel->Peek(position, seen));
    CHECK(channel->Size() == 0);
  }
}

}  // namespace heddle::test
