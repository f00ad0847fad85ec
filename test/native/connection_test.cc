#include "core/connection.h"

#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "core/descriptor_wait.h"
#include "core/hand_over.h"
#include "os/stream.h"
#include "support.h"

namespace heddle::test {
namespace {

using core::Connection;
using core::Message;
using core::Passage;
using core::Ref;

constexpr uint64_t kNoLimit = UINT64_MAX;

struct Ends {
  Ref<Connection> receiver;
  Ref<Connection> sender;
};

Ends MakeEnds(bool sockets) {
  os::Result<os::StreamEnds> ends = sockets ? os::MakeSocketPair() : os::MakePipe();
  REQUIRE(ends.ok());
  return {Connection::Make(ends.value().first, sockets, true, sockets),
          Connection::Make(ends.value().second, sockets, sockets, true)};
}

Passage Send(Connection& connection, const std::string& text, int64_t deadline = os::kForever,
             bool keeps = false) {
  os::Failure failure{};
  return connection.Send(reinterpret_cast<const std::byte*>(text.data()), text.size(), keeps,
                         deadline, TestParker::Make(), &failure);
}

struct Received {
  Passage passage;
  std::string text;
};

Received Receive(Connection& connection, int64_t deadline = os::kForever,
                 uint64_t most = kNoLimit) {
  Message message;
  os::Failure failure{};
  Passage passage = connection.Receive(&message, most, deadline, TestParker::Make(), &failure);
  if (passage != Passage::kDone) return {passage, ""};
  const std::byte* bytes = message.large ? message.large.get() : message.bytes;
  return {passage, std::string(reinterpret_cast<const char*>(bytes), message.size)};
}

bool EachKind() {
  bool sockets = false;
  SUBCASE("pipe") { sockets = false; }
  SUBCASE("sockets") { sockets = true; }
  return sockets;
}

}  // namespace

TEST_CASE("connection: messages of all sizes arrive as they were sent") {
  Ends ends = MakeEnds(EachKind());
  std::vector<size_t> sizes{0, 1, 65535, 65536, 65537, 0, 1 << 20, (1 << 20) + 1, 5'000'000, 3};
  Threads threads;
  threads.Start([&] {
    for (size_t size : sizes) Send(*ends.sender, std::string(size, 'w'));
  });
  for (size_t size : sizes) {
    Received received = Receive(*ends.receiver);
    CHECK(received.passage == Passage::kDone);
    CHECK(received.text == std::string(size, 'w'));
  }
  threads.Join();
  CHECK(Receive(*ends.receiver, 0).passage == Passage::kWait);
  ends.sender->Close();
  CHECK(Receive(*ends.receiver).passage == Passage::kEnd);
}

TEST_CASE("connection: messages of several threads are never mixed up, in either direction") {
  Ends ends = MakeEnds(EachKind());
  constexpr int kSenders = 3, kMessages = 60;
  std::atomic<int> whole{0};
  Threads threads;
  for (int i = 0; i < kSenders; ++i) {
    threads.Start([&, i] {
      for (int n = 0; n < kMessages; ++n) {
        Send(*ends.sender,
             std::string(static_cast<size_t>(n) * 1000 + 1, static_cast<char>('a' + i)));
      }
    });
  }
  // One thread receives: what it has got stays its own only until the next is received.
  for (int n = 0; n < kSenders * kMessages; ++n) {
    Received received = Receive(*ends.receiver);
    REQUIRE(received.passage == Passage::kDone);
    whole += received.text == std::string(received.text.size(), received.text[0]);
  }
  threads.Join();
  CHECK(whole == kSenders * kMessages);
}

TEST_CASE("connection: what is left of a message when its sender gives up is written by the next") {
  Ends ends = MakeEnds(EachKind());
  std::string large(2'000'000, 'x');
  TestParker& parker = TestParker::Make();
  parker.OnLook([&](int look) {
    if (look == TestParker::kLongSleep) parker.Interrupt(Outcome::kInterrupted);
  });
  os::Failure failure{};
  CHECK(ends.sender->Send(reinterpret_cast<const std::byte*>(large.data()), large.size(), false,
                          os::kForever, parker, &failure) == Passage::kInterrupted);
  std::string kept = large;
  large.assign(large.size(), '-');
  CHECK(Send(*ends.sender, "not begun", 0) == Passage::kWait);
  CHECK(Send(*ends.sender, "kept", 0, /*keeps=*/true) == Passage::kWait);
  Threads threads;
  threads.Start([&] { Send(*ends.sender, "last"); });
  CHECK(Receive(*ends.receiver).text == kept);
  CHECK(Receive(*ends.receiver).text == "kept");
  CHECK(Receive(*ends.receiver).text == "last");
  threads.Join();
}

TEST_CASE("connection: a blocked thread is interrupted at once, and stops when it is told to") {
  Ends ends = MakeEnds(EachKind());
  for (Outcome outcome : {Outcome::kInterrupted, Outcome::kStopping}) {
    TestParker& parker = TestParker::Make(/*watched=*/true);
    Passage passage = Passage::kDone;
    Threads threads;
    threads.Start([&] {
      Message message;
      os::Failure failure{};
      passage = ends.receiver->Receive(&message, kNoLimit, os::kForever, parker, &failure);
    });
    parker.AwaitLooks(TestParker::kLongSleep);
    parker.Interrupt(outcome);
    outcome == Outcome::kStopping ? parker.PokeDescriptorNow() : parker.Poke();
    threads.Join();
    CHECK(passage == (outcome == Outcome::kStopping ? Passage::kStopping : Passage::kInterrupted));
  }
}

TEST_CASE("connection: a close ends another thread's wait, and gives the descriptor back then") {
  Ends ends = MakeEnds(EachKind());
  TestParker& parker = TestParker::Make();
  Passage passage = Passage::kDone;
  Threads threads;
  threads.Start([&] {
    Message message;
    os::Failure failure{};
    passage = ends.receiver->Receive(&message, kNoLimit, os::kForever, parker, &failure);
  });
  parker.AwaitLooks(1);
  CHECK(ends.receiver->Close());
  CHECK(!ends.receiver->Close());
  threads.Join();
  CHECK(passage == Passage::kClosed);
  CHECK(Send(*ends.receiver, "") == Passage::kClosed);
}

TEST_CASE(
    "connection: impossible and unwelcome lengths are refused, before there is memory for them") {
  struct Head {
    std::string bytes;
    uint64_t most;
  };
  const Head heads[] = {{std::string("\xff\xff\xff\xfe", 4), kNoLimit},
                        {std::string("\x80\0\0\0", 4), kNoLimit},
                        {std::string("\0\0\0\x0b", 4), 10},
                        {std::string("\xff\xff\xff\xff\x7f\0\0\0\0\0\0\0", 12), 1 << 20}};
  for (const Head& head : heads) {
    Ends ends = MakeEnds(false);
    REQUIRE(write(ends.sender->descriptor(), head.bytes.data(), head.bytes.size()) > 0);
    CHECK(Receive(*ends.receiver, os::kForever, head.most).passage == Passage::kBadLength);
    CHECK(Receive(*ends.receiver).passage == Passage::kBadLength);
  }
}

TEST_CASE("hand over: a ticket gives the descriptor once") {
  Ends ends = MakeEnds(false);
  os::Result<core::Ticket> ticket = core::HandOver(ends.receiver->descriptor());
  REQUIRE(ticket.ok());
  ends.receiver->Close();
  os::Result<int> taken = core::TakeOver(ticket.value());
  REQUIRE(taken.ok());
  auto other = Connection::Make(taken.value(), false, true, false);
  Send(*ends.sender, "handed over");
  CHECK(Receive(*other).text == "handed over");
  CHECK(!core::TakeOver(ticket.value()).ok());
  CHECK(!core::TakeOver({ticket.value().desk, ticket.value().key + 1}).ok());
  CHECK(!core::TakeOver({ticket.value().desk + 1, ticket.value().key}).ok());
}

TEST_CASE("descriptor wait: it ends with the first that is ready, or with its time") {
  Ends one = MakeEnds(false), two = MakeEnds(true);
  std::vector<os::PollItem> items{{one.receiver->descriptor()}, {two.receiver->descriptor()}};
  TestParker& parker = TestParker::Make();
  CHECK(core::WaitForDescriptors(items, 0, parker) == Outcome::kTimedOut);
  CHECK(core::WaitForDescriptors(items, os::MonotonicNanos() + 20'000'000, parker) ==
        Outcome::kTimedOut);
  Threads threads;
  threads.Start([&] {
    parker.AwaitLooks(TestParker::kLongSleep);
    Send(*two.sender, "!");
  });
  CHECK(core::WaitForDescriptors(items, os::kForever, parker) == Outcome::kDone);
  threads.Join();
  CHECK(!items[0].ready);
  CHECK(items[1].ready);
}

TEST_CASE("connection: a descriptor stands between two messages") {
  Ends ends = MakeEnds(true);
  os::Result<os::StreamEnds> pipe = os::MakePipe();
  REQUIRE(pipe.ok());
  os::Failure failure{};
  CHECK(Send(*ends.sender, "before") == Passage::kDone);
  CHECK(ends.sender->SendHandle(pipe.value().second, os::kForever, TestParker::Make(), &failure) ==
        Passage::kDone);
  CHECK(Send(*ends.sender, "after") == Passage::kDone);
  close(pipe.value().second);

  int handle = -1;
  CHECK(Receive(*ends.receiver).text == "before");
  CHECK(ends.receiver->ReceiveHandle(&handle, os::kForever, TestParker::Make(), &failure) ==
        Passage::kDone);
  CHECK(Receive(*ends.receiver).text == "after");
  CHECK(ends.receiver->ReceiveHandle(&handle, 0, TestParker::Make(), &failure) == Passage::kWait);
  REQUIRE(handle >= 0);
  CHECK(write(handle, "x", 1) == 1);
  char byte = 0;
  CHECK(read(pipe.value().first, &byte, 1) == 1);
  close(handle);
  CHECK(read(pipe.value().first, &byte, 1) == 0);
  close(pipe.value().first);

  ends.sender->Close();
  CHECK(ends.receiver->ReceiveHandle(&handle, os::kForever, TestParker::Make(), &failure) ==
        Passage::kEnd);
}

TEST_CASE("connection: a parcel is closed here when it was handed over") {
  os::Result<os::StreamEnds> pipe = os::MakePipe();
  REQUIRE(pipe.ok());
  os::Result<Ref<Connection>> parcel = Connection::MakeParcel(pipe.value().second, false, true);
  REQUIRE(parcel.ok());
  close(pipe.value().second);
  os::Result<core::Ticket> ticket = parcel.value()->HandOver();
  REQUIRE(ticket.ok());
  CHECK(parcel.value()->closed());
  CHECK(parcel.value()->Detach() == -1);
  os::Result<int> taken = core::TakeOver(ticket.value());
  REQUIRE(taken.ok());
  close(taken.value());
  // The desk has closed its copy, too.
  char byte = 0;
  for (ssize_t count = -1; count != 0;) count = read(pipe.value().first, &byte, 1);
  close(pipe.value().first);
}

}  // namespace heddle::test
