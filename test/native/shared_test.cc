#include "core/shared.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/family_cells.h"
#include "core/lock.h"
#include "family_support.h"

namespace heddle::test {
namespace {

using core::Channel;
using core::Family;
using core::Incoming;
using core::Lock;
using core::Offset;
using core::Outgoing;
using core::Primitive;
using core::PrimitiveKind;
using core::Ref;
using core::Resource;
using core::Segment;

Ref<Channel> MakeChannel() { return Channel::Create(Scope::kShared, 0).value(); }
Ref<Primitive> MakeLock() {
  return Primitive::Create(PrimitiveKind::kLock, Scope::kShared).value();
}

Outcome Send(Channel& channel, std::vector<Resource*> attachments, int32_t a = 0) {
  Outgoing message;
  message.a = a;
  message.attachments = attachments.data();
  message.attachment_count = static_cast<uint32_t>(attachments.size());
  return channel.TryPut(message, nullptr);
}

Incoming Receive(Channel& channel) {
  TestParker& parker = TestParker::Make();
  Incoming message;
  INSIST(channel.Take(message, os::kForever, parker) == Outcome::kDone);
  return message;
}

uint32_t Holders(Primitive& primitive) {
  Family& family = *Family::Current();
  return core::FamilyCells(family).Holders(family.OffsetOf(&primitive.cell()));
}

template <class T>
T& As(Ref<Resource>& resource) {
  return static_cast<T&>(*resource);
}

#define CHECK_CENSUS(before)                          \
  do {                                                \
    Census after = TakeCensus();                      \
    CHECK(after.units == (before).units);             \
    CHECK(after.cells == (before).cells);             \
    CHECK(after.descriptors == (before).descriptors); \
    CHECK(after.named == (before).named);             \
  } while (false)

}  // namespace

TEST_CASE("shared: a name says what it is of, and who has the name has the thing") {
  auto lock = MakeLock();
  auto channel = MakeChannel();
  auto segment = Segment::CreateUnnamed(100, false).value();
  for (Resource* resource :
       {static_cast<Resource*>(lock.get()), static_cast<Resource*>(channel.get()),
        static_cast<Resource*>(segment.get())}) {
    uint64_t name = resource->SharedName().value();
    CHECK(name == resource->SharedName().value());
    CHECK(name % 64 == static_cast<uint64_t>(resource->kind()));
    Ref<Resource> other = Attach(name);
    CHECK(other.get() != resource);
    CHECK(other->kind() == resource->kind());
    CHECK(other->SharedName().value() == name);
  }
  auto same = AttachTo<Primitive>(lock->SharedName().value());
  CHECK(&same->cell() == &lock->cell());
  CHECK(same->primitive() == PrimitiveKind::kLock);
  CHECK(same->place().slab == lock->place().slab);
  CHECK(same->place().index == lock->place().index);
  auto own = Primitive::Create(PrimitiveKind::kLock, Scope::kPrivate).value();
  CHECK(own->SharedName().value() == 0);
}

TEST_CASE("shared: holders and messages on their way are counted, and the last one frees" *
          doctest::skip(kNoRoles)) {
  Census before = TakeCensus();
  auto lock = MakeLock();
  CHECK(Holders(*lock) == 1);
  {
    auto channel = MakeChannel();
    CHECK(Send(*channel, {lock.get(), lock.get()}) == Outcome::kDone);
    CHECK(Holders(*lock) == 3);
    {
      Incoming taken = Receive(*channel);
      CHECK(taken.attachments.size() == 2);
      CHECK(Holders(*lock) == 3);
      taken.attachments.pop_back();
      CHECK(Holders(*lock) == 2);
    }
    CHECK(Holders(*lock) == 1);
    uint64_t position;
    Outgoing message;
    Resource* attachments[] = {lock.get()};
    message.attachments = attachments;
    message.attachment_count = 1;
    CHECK(channel->TryPut(message, &position) == Outcome::kDone);
    CHECK(Holders(*lock) == 2);
    CHECK(channel->Revoke(position));
    CHECK(Holders(*lock) == 1);
    CHECK(Send(*channel, {lock.get()}) == Outcome::kDone);
  }
  CHECK(Holders(*lock) == 1);
  lock = {};
  CHECK_CENSUS(before);
}

TEST_CASE("shared: a closed channel holds no attachment of what it refused") {
  auto lock = MakeLock();
  auto channel = MakeChannel();
  channel->Close();
  CHECK(Send(*channel, {lock.get()}) == Outcome::kClosed);
  CHECK(Holders(*lock) == 1);
}

TEST_CASE("shared: channels in channels go from the outside in" * doctest::skip(kNoRoles)) {
  Census before = TakeCensus();
  std::vector<char> large(700'000);
  for (int depth : {1, 2, 50}) {
    CAPTURE(depth);
    auto lock = MakeLock();
    auto outer = MakeChannel();
    Ref<Channel> inner = outer;
    for (int i = 0; i < depth; ++i) {
      auto next = MakeChannel();
      REQUIRE(Send(*inner, {next.get(), lock.get()}) == Outcome::kDone);
      Outgoing message;
      message.payload = large.data();
      message.size = i % 2 == 0 ? large.size() : 100'000;
      REQUIRE(inner->TryPut(message, nullptr) == Outcome::kDone);
      inner = next;
    }
    inner = {};
    CHECK(Holders(*lock) == static_cast<uint32_t>(depth) + 1);
    outer = {};
    CHECK(Holders(*lock) == 1);
  }
  CHECK_CENSUS(before);
}

TEST_CASE("shared: another process has what it was given, after the giver let go of it" *
          doctest::skip(kNoRoles)) {
  Census before = TakeCensus();
  auto there = MakeChannel(), back = MakeChannel();
  Child child = StartRole("gives_back", {there->SharedName().value(), back->SharedName().value()});
  {
    auto lock = MakeLock();
    Lock(lock->cell(), Scope::kShared).TryAcquire(core::SharedHolder(1), false);
    auto channel = MakeChannel();
    Send(*channel, {lock.get()}, 5);
    auto segment = Segment::CreateUnnamed(5000, false).value();
    os::Mapping mapping = segment->Map().value();
    std::memcpy(mapping.base, "hello", 6);
    os::Unmap(mapping);
    Send(*there, {lock.get(), channel.get(), segment.get()}, 1);
  }
  {
    Incoming message = Receive(*back);
    REQUIRE(message.attachments.size() == 3);
    for (auto& attachment : message.attachments) REQUIRE(attachment);
    auto& lock = As<Primitive>(message.attachments[0]);
    CHECK(Lock(lock.cell(), Scope::kShared).IsHeld());
    Incoming inner = Receive(As<Channel>(message.attachments[1]));
    CHECK(inner.a == 6);
    os::Mapping mapping = As<Segment>(message.attachments[2]).Map().value();
    CHECK(mapping.size == 5000);
    CHECK(std::strcmp(reinterpret_cast<char*>(mapping.base), "Hello") == 0);
    os::Unmap(mapping);
  }
  CHECK(Await(child) == 0);
  there = {};
  back = {};
  // What this process kept open for others it closes when it next has to do with segments.
  Segment::CreateUnnamed(1, false).value();
  CHECK_CENSUS(before);
}

ROLE(gives_back) {
  auto in = AttachTo<Channel>(numbers[0]);
  auto out = AttachTo<Channel>(numbers[1]);
  Incoming message = Receive(*in);
  INSIST(message.attachments.size() == 3);
  for (auto& attachment : message.attachments) INSIST(attachment);
  auto& channel = As<Channel>(message.attachments[1]);
  Incoming inner = Receive(channel);
  INSIST(inner.a == 5 && inner.attachments.size() == 1);
  INSIST(&As<Primitive>(inner.attachments[0]).cell() ==
         &As<Primitive>(message.attachments[0]).cell());
  Send(channel, {inner.attachments[0].get()}, 6);
  os::Mapping mapping = As<Segment>(message.attachments[2]).Map().value();
  INSIST(std::strcmp(reinterpret_cast<char*>(mapping.base), "hello") == 0);
  mapping.base[0] = std::byte{'H'};
  Send(*out, {message.attachments[0].get(), &channel, message.attachments[2].get()});
  inner.attachments.clear();
  message.attachments.clear();
  // It is the only one that has the segment open until the message is taken.
  while (out->Size() != 0) usleep(100);
  usleep(20'000);
  Segment::CreateUnnamed(1, false).value();
  return 0;
}

TEST_CASE("shared: a segment stays open while it is on its way, and is closed after" *
          doctest::skip(kNoRoles)) {
  Census before = TakeCensus();
  auto channel = MakeChannel();
  {
    auto segment = Segment::CreateUnnamed(1 << 20, false).value();
    Send(*channel, {segment.get()});
    Send(*channel, {segment.get()});
  }
  CHECK(TakeCensus().descriptors == before.descriptors + 1);
  {
    Incoming first = Receive(*channel), second = Receive(*channel);
    REQUIRE(first.attachments[0]);
    REQUIRE(second.attachments[0]);
    CHECK(As<Segment>(first.attachments[0]).size() == 1 << 20);
    std::string name = As<Segment>(first.attachments[0]).Name().value();
    CHECK(As<Segment>(second.attachments[0]).Name().value() == name);
    CHECK(As<Segment>(second.attachments[0]).Unlink().ok());
  }
  channel = {};
  CHECK_CENSUS(before);
}

TEST_CASE("shared: a segment that nobody has open any more is told to be gone" *
          doctest::skip(kNoRoles)) {
  auto channel = MakeChannel();
  auto go = MakeChannel();
  Child child = StartRole("sends_a_segment", {channel->SharedName().value()});
  while (channel->Size() == 0) usleep(100);
  Kill(child);
  Incoming message = Receive(*channel);
  REQUIRE(message.attachments.size() == 1);
  CHECK_FALSE(message.attachments[0]);
}

ROLE(sends_a_segment) {
  auto channel = AttachTo<Channel>(numbers[0]);
  auto segment = Segment::CreateUnnamed(100, false).value();
  Send(*channel, {segment.get()});
  for (;;) pause();
}

TEST_CASE("shared: a segment lives on through the next process in its dead opener's place" *
          doctest::skip(kNoRoles)) {
  // The sender dies; another process takes its place before anybody asks. It must not be taken
  // for one that has the segment open.
  Census before = TakeCensus();
  auto there = MakeChannel(), back = MakeChannel();
  {
    auto segment = Segment::CreateUnnamed(100, false).value();
    Child child =
        StartRole("holds_a_segment", {there->SharedName().value(), back->SharedName().value()});
    Send(*there, {segment.get()});
    Receive(*back);
    Kill(child);
    Child next = StartRole("pauses", {});
    CHECK(next.place == child.place);
    Send(*there, {segment.get()});
    segment = {};
    Incoming message = Receive(*there);
    CHECK(message.attachments[0]);
    Kill(next);
  }
  there = {};
  back = {};
  Segment::CreateUnnamed(1, false).value();
  CHECK_CENSUS(before);
}

ROLE(holds_a_segment) {
  auto in = AttachTo<Channel>(numbers[0]);
  auto out = AttachTo<Channel>(numbers[1]);
  Incoming message = Receive(*in);
  Send(*out, {});
  for (;;) pause();
}

ROLE(pauses) {
  for (;;) pause();
}

TEST_CASE("shared: many processes hand a segment round, and the last of them has it" *
          doctest::skip(kNoRoles)) {
  Census before = TakeCensus();
  const uint64_t laps = static_cast<uint64_t>(Soak(60));
  auto ring = MakeChannel();
  std::vector<Child> children;
  for (int i = 0; i < 3; ++i) {
    children.push_back(StartRole("hands_on", {ring->SharedName().value(), laps}));
  }
  {
    auto segment = Segment::CreateUnnamed(100, false).value();
    Send(*ring, {segment.get()});
  }
  for (Child child : children) CHECK(Await(child) == 0);
  {
    // Whoever had it open last has exited with it on its way, unless that was us.
    Incoming message = Receive(*ring);
    CHECK(message.attachments.size() == 1);
  }
  ring = {};
  Segment::CreateUnnamed(1, false).value();
  CHECK_CENSUS(before);
}

ROLE(hands_on) {
  auto ring = AttachTo<Channel>(numbers[0]);
  for (uint64_t i = 0; i < numbers[1]; ++i) {
    Incoming message = Receive(*ring);
    // Somebody always has it: all of us are there until the end.
    if (message.attachments[0]) {
      os::Mapping mapping = As<Segment>(message.attachments[0]).Map().value();
      INSIST(mapping.size == 100);
      os::Unmap(mapping);
      INSIST(Send(*ring, {message.attachments[0].get()}) == Outcome::kDone);
    } else {
      INSIST(i + 5 > numbers[1]);
      INSIST(Send(*ring, {ring.get()}) == Outcome::kDone);
      return 3;
    }
  }
  return 0;
}

TEST_CASE("shared: locks of one thread are abandoned, or of a whole process") {
  auto one = MakeLock(), two = MakeLock(), other = MakeLock();
  Family& family = *Family::Current();
  uint32_t own = family.processes().own();
  auto is_abandoned = [](Primitive& lock) { return (lock.word().value & Lock::kAbandoned) != 0; };
  one->word().value = core::SharedHolder(1000);
  two->word().value = core::SharedHolder(1001);
  other->word().value = (own + 2) << 20 | 1000;
  core::AbandonHeld(family, own, 1000);
  CHECK(is_abandoned(*one));
  CHECK_FALSE(is_abandoned(*two));
  CHECK_FALSE(is_abandoned(*other));
  core::AbandonHeld(family, own + 1, 0);
  CHECK_FALSE(is_abandoned(*two));
  CHECK(is_abandoned(*other));
  core::AbandonHeld(family, own, 0);
  CHECK(is_abandoned(*two));
}

}  // namespace heddle::test
