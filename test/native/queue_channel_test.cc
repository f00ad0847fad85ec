// What queues need of a channel beside putting and taking.
#include <algorithm>
#include <cstring>

#include "core/channel.h"
#include "support.h"

namespace heddle::test {
namespace {

using core::Channel;
using core::Incoming;
using core::Order;
using core::Outgoing;
using core::Ref;
using core::Resource;

Outcome PutNow(Channel& channel, uint64_t number, const std::string& key = {}) {
  Outgoing message;
  message.codec = core::Codec::kDouble;
  message.scalar = number;
  message.key = key.data();
  message.key_size = key.size();
  return channel.TryPut(message, nullptr);
}

/// The number that is taken now; -1: none, -2: closed.
int64_t TakeNow(Channel& channel) {
  static TestParker& parker = TestParker::Make();
  Incoming message;
  Outcome outcome = channel.Take(message, 0, parker);
  if (outcome == Outcome::kClosed) return -2;
  return outcome == Outcome::kDone ? static_cast<int64_t>(message.scalar) : -1;
}

Order EachPile() {
  Order order = Order::kLast;
  SUBCASE("the newest first") { order = Order::kLast; }
  SUBCASE("the least first") { order = Order::kLeast; }
  return order;
}

}  // namespace

TEST_CASE("channel: what is put counts until it is finished, also when it was taken") {
  auto channel = Channel::Create(EachScope(), 2, Order::kFirst, true).value();
  PutNow(*channel, 1);
  PutNow(*channel, 2);
  CHECK(PutNow(*channel, 3) == Outcome::kWait);
  CHECK(channel->unfinished().Count() == 2);
  TakeNow(*channel);
  CHECK(channel->unfinished().Count() == 2);
  CHECK(channel->unfinished().Done(1));
  CHECK(channel->unfinished().Count() == 1);
}

TEST_CASE("channel: one that does not count has nothing to finish") {
  auto channel = Channel::Create(EachScope(), 0).value();
  PutNow(*channel, 1);
  CHECK_FALSE(channel->unfinished().Done(1));
}

TEST_CASE("channel: to close and drop finishes what is left, not what was taken") {
  std::atomic<int> alive{0};
  auto channel = Channel::Create(Scope::kPrivate, 0, Order::kFirst, true).value();
  std::vector<std::byte> large(100'000);
  for (int i = 0; i < 5; ++i) {
    auto attached = Counted::Make(alive);
    Resource* attachments[] = {attached.get()};
    Outgoing message;
    message.attachments = attachments;
    message.attachment_count = 1;
    message.payload = large.data();
    message.size = large.size();
    channel->TryPut(message, nullptr);
  }
  TakeNow(*channel);
  CHECK(alive == 4);
  channel->CloseAndDrop();
  CHECK(alive == 0);
  CHECK(channel->Size() == 0);
  CHECK(channel->unfinished().Count() == 1);
  CHECK(TakeNow(*channel) == -2);
  CHECK(PutNow(*channel, 1) == Outcome::kClosed);
  channel->CloseAndDrop();
  CHECK(channel->unfinished().Count() == 1);
}

TEST_CASE("channel: between processes to close and drop gives all memory back") {
  auto channel = Channel::Create(Scope::kShared, 0, Order::kFirst, true).value();
  std::vector<std::byte> large(1 << 20);
  for (int round = 0; round < 3; ++round) {
    auto other = Channel::Create(Scope::kShared, 0, Order::kFirst, true).value();
    Resource* attachments[] = {channel.get()};
    for (int i = 0; i < 20; ++i) {
      Outgoing message;
      message.attachments = attachments;
      message.attachment_count = 1;
      message.payload = large.data();
      message.size = large.size();
      REQUIRE(other->TryPut(message, nullptr) == Outcome::kDone);
    }
    other->CloseAndDrop();
    CHECK(other->Size() == 0);
    CHECK(other->unfinished().Count() == 0);
  }
}

TEST_CASE("channel: to close and drop wakes who puts, takes and waits") {
  for (int round = 0; round < Soak(30); ++round) {
    auto channel = Channel::Create(Scope::kPrivate, 1, Order::kFirst, true).value();
    PutNow(*channel, 1);
    TestParker& putter = TestParker::Make();
    TestParker& waiter = TestParker::Make();
    Threads threads;
    Outcome put = Outcome::kDone;
    threads.Start([&] { put = channel->Put(Outgoing{}, os::kForever, putter, nullptr); });
    threads.Start([&] {
      BlockForever(channel->unfinished_word(), channel->scope(),
                   [&](bool) { return channel->unfinished().TryZero(); });
    });
    putter.AwaitLooks(TestParker::kFirstSleep);
    channel->CloseAndDrop();
    threads.Join();
    REQUIRE(put == Outcome::kClosed);
    (void)waiter;
  }
}

TEST_CASE("channel: a limit can be changed") {
  auto channel = Channel::Create(EachScope(), 3).value();
  for (int i = 0; i < 3; ++i) PutNow(*channel, 1);
  channel->SetMostItems(2);
  CHECK(PutNow(*channel, 1) == Outcome::kWait);
  TakeNow(*channel);
  CHECK(PutNow(*channel, 1) == Outcome::kWait);
  channel->SetMostItems(3);
  CHECK(PutNow(*channel, 1) == Outcome::kDone);
  channel->SetMostItems(-1);
  CHECK(channel->MostItems() == -1);
  CHECK(PutNow(*channel, 1) == Outcome::kDone);
}

TEST_CASE("channel: a higher limit wakes who waits for room") {
  auto channel = Channel::Create(Scope::kPrivate, 1).value();
  PutNow(*channel, 1);
  TestParker& parker = TestParker::Make();
  Threads threads;
  threads.Start([&] { channel->Put(Outgoing{}, os::kForever, parker, nullptr); });
  parker.AwaitLooks(TestParker::kFirstSleep);
  channel->SetMostItems(2);
  threads.Join();
  CHECK(channel->Size() == 2);
}

TEST_CASE("pile: the newest first") {
  auto channel = Channel::Create(Scope::kPrivate, 0, Order::kLast).value();
  for (uint64_t i = 0; i < 5000; ++i) PutNow(*channel, i);
  for (int64_t i = 4999; i >= 0; --i) REQUIRE(TakeNow(*channel) == i);
  CHECK(TakeNow(*channel) == -1);
}

TEST_CASE("pile: the least first, and of equals the oldest") {
  auto channel = Channel::Create(Scope::kPrivate, 0, Order::kLeast).value();
  Random random(3);
  std::vector<std::pair<uint32_t, int64_t>> expected;
  for (int64_t i = 0; i < 5000; ++i) {
    uint32_t priority = random.Below(100);
    expected.emplace_back(priority, i);
    PutNow(*channel, static_cast<uint64_t>(i), core::NumberKey(priority));
    if (i % 3 == 2) {
      auto least = std::min_element(expected.begin(), expected.end());
      REQUIRE(TakeNow(*channel) == least->second);
      expected.erase(least);
    }
  }
  std::sort(expected.begin(), expected.end());
  for (auto& [priority, number] : expected) REQUIRE(TakeNow(*channel) == number);
  CHECK(channel->Size() == 0);
}

TEST_CASE("pile: a key without an order is refused, and nothing is changed") {
  auto channel = Channel::Create(Scope::kPrivate, 0, Order::kLeast, true).value();
  PutNow(*channel, 1, core::NumberKey(1));
  std::string text(
      "\x05"
      "a\0",
      3);
  core::KeyConflict conflict;
  Outgoing message;
  message.key = text.data();
  message.key_size = text.size();
  message.conflict = &conflict;
  CHECK(channel->TryPut(message, nullptr) == Outcome::kNotOrdered);
  CHECK(conflict.other == core::KeyTag::kNumber);
  CHECK(channel->Size() == 1);
  CHECK(channel->unfinished().Count() == 1);
  CHECK(TakeNow(*channel) == 1);
  CHECK(channel->TryPut(message, nullptr) == Outcome::kDone);
}

TEST_CASE("pile: all of a message arrives, and what is left is freed with it") {
  std::atomic<int> alive{0};
  Order order = EachPile();
  {
    auto channel = Channel::Create(Scope::kPrivate, 0, order).value();
    TestParker& parker = TestParker::Make();
    Incoming taken;
    double least = 0;
    for (size_t size : {0, 1, 4096, 16 * 1024, 16 * 1024 + 1, 1 << 20, 3}) {
      CAPTURE(size);
      std::string key = core::NumberKey(--least);
      std::vector<std::byte> bytes(size, std::byte{0x5a});
      auto attached = Counted::Make(alive);
      Resource* attachments[] = {attached.get()};
      Outgoing message;
      message.codec = core::Codec::kPacked;
      message.shape = 3;
      message.a = -5;
      message.b = 1 << 30;
      message.payload = bytes.data();
      message.size = size;
      message.attachments = attachments;
      message.attachment_count = 1;
      message.key = key.data();
      message.key_size = key.size();
      for (int i = 0; i < 2; ++i) REQUIRE(channel->TryPut(message, nullptr) == Outcome::kDone);
      REQUIRE(channel->Take(taken, 0, parker) == Outcome::kDone);
      CHECK(taken.codec == core::Codec::kPacked);
      CHECK(taken.shape == 3);
      CHECK(taken.a == -5);
      CHECK(taken.b == 1 << 30);
      REQUIRE(taken.size == size);
      if (size != 0) CHECK(std::memcmp(taken.bytes(), bytes.data(), size) == 0);
      REQUIRE(taken.attachments.size() == 1);
      taken.attachments.clear();
    }
    CHECK(alive == 7);
  }
  CHECK(alive == 0);
}

TEST_CASE("pile: many put and take, and nothing is lost or doubled") {
  Order order = EachPile();
  auto channel = Channel::Create(Scope::kPrivate, 8, order).value();
  constexpr uint64_t kEach = 3000;
  std::vector<std::atomic<int>> seen(3 * kEach);
  Together(6, [&](int number) {
    TestParker& parker = TestParker::Make();
    if (number < 3) {
      for (uint64_t i = 0; i < kEach; ++i) {
        Outgoing message;
        message.scalar = static_cast<uint64_t>(number) * kEach + i;
        std::string key = core::NumberKey(static_cast<double>(i % 7));
        message.key = key.data();
        message.key_size = key.size();
        channel->Put(message, os::kForever, parker, nullptr);
      }
      return;
    }
    Incoming taken;
    for (uint64_t i = 0; i < kEach; ++i) {
      channel->Take(taken, os::kForever, parker);
      ++seen[taken.scalar];
    }
  });
  for (auto& count : seen) REQUIRE(count == 1);
}

TEST_CASE("pile: there is none between processes") {
  CHECK_FALSE(Channel::Create(Scope::kShared, 0, Order::kLast).ok());
}

}  // namespace heddle::test
