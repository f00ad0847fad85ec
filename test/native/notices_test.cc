#include "core/notices.h"

#include <thread>
#include <vector>

#include "core/thread_record.h"
#include "support.h"

namespace heddle::test {
namespace {

using core::Channel;
using core::Incoming;
using core::Outgoing;
using core::Ref;
using core::Resource;
using core::ThreadRecord;

Ref<Channel> Notice(int32_t a) {
  Ref<Channel> notice = std::move(Channel::Create(Scope::kPrivate, 0).value());
  Outgoing message;
  message.a = a;
  REQUIRE(notice->TryPut(message, nullptr) == Outcome::kDone);
  return notice;
}

}  // namespace

TEST_CASE("notices: the last one is there, until it is taken away") {
  constexpr uint32_t kSlot = 7;
  CHECK_FALSE(core::ReadNotice(kSlot));
  CHECK(core::NoticeNumber(kSlot) == 0);
  Ref<Channel> first = Notice(1);
  uint32_t number = core::PostNotice(kSlot, first);
  CHECK(core::NoticeNumber(kSlot) == number);
  CHECK(core::ReadNotice(kSlot).get() == first.get());
  CHECK(core::PostNotice(kSlot, Notice(2)) > number);
  Incoming seen;
  for (int i = 0; i < 2; ++i) {
    REQUIRE(core::ReadNotice(kSlot)->Peek(0, seen));
    CHECK(seen.a == 2);
  }
  CHECK(core::PostNotice(kSlot, {}) > number + 1);
  CHECK_FALSE(core::ReadNotice(kSlot));
}

TEST_CASE("notices: threads read while others replace") {
  constexpr uint32_t kSlot = 6;
  core::PostNotice(kSlot, Notice(0));
  std::vector<std::thread> threads;
  for (int32_t i = 1; i <= 2; ++i) {
    threads.emplace_back([i] {
      for (int round = 0; round < 500; ++round) core::PostNotice(kSlot, Notice(i));
    });
    threads.emplace_back([] {
      Incoming seen;
      uint32_t last = 0;
      for (int round = 0; round < 500; ++round) {
        uint32_t number = core::NoticeNumber(kSlot);
        CHECK(number >= last);
        last = number;
        CHECK(core::ReadNotice(kSlot)->Peek(0, seen));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  core::PostNotice(kSlot, {});
}

TEST_CASE("notices: what is attached to one is there for every reader") {
  auto record = ThreadRecord::Create("attached", true);
  Ref<Channel> notice = std::move(Channel::Create(Scope::kPrivate, 0).value());
  Outgoing message;
  Resource* attachments[] = {record.get()};
  message.attachments = attachments;
  message.attachment_count = 1;
  REQUIRE(notice->TryPut(message, nullptr) == Outcome::kDone);
  Incoming seen;
  for (int i = 0; i < 2; ++i) {
    REQUIRE(notice->Peek(0, seen));
    REQUIRE(seen.attachments.size() == 1);
    CHECK(seen.attachments[0].get() == record.get());
    seen.attachments.clear();
  }
}

}  // namespace heddle::test
