// The shared primitives and the channel between real processes, some of which are killed.
//
// A child of fork() has the parent's mappings. It uses what the test made before, never returns
// into doctest, and is ended by the kernel with its parent.
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <new>

#include "core/block.h"
#include "core/channel.h"
#include "core/event.h"
#include "core/lock.h"
#include "core/primitive.h"
#include "core/semaphore.h"
#include "os/memory.h"
#include "support.h"

namespace heddle::test {
namespace {

using core::Channel;
using core::Codec;
using core::Event;
using core::Incoming;
using core::Lock;
using core::Outgoing;
using core::Primitive;
using core::PrimitiveKind;
using core::Semaphore;

constexpr bool kSkip = HEDDLE_TSAN;

pid_t Fork(const std::function<void()>& run) {
  pid_t parent = getpid();
  pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(9);
  alarm(static_cast<unsigned>(Soak(60)));
  run();
  _exit(0);
}

/// The status that a child ended with; -1 if it was killed.
int Await(pid_t child) {
  int status;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool IsDead(pid_t child) { return waitpid(child, nullptr, WNOHANG) == child; }

/// Kills the calling process as by kill -9 after so many nanoseconds, wherever it is then.
void DieAfter(int64_t nanos) {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGKILL;
  timer_t timer;
  itimerspec time{};
  time.it_value.tv_sec = nanos / 1'000'000'000;
  time.it_value.tv_nsec = nanos % 1'000'000'000 + 1;
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 ||
      timer_settime(timer, 0, &time, nullptr) != 0) {
    _exit(8);
  }
}

/// A value in memory that is shared with children.
template <class T>
struct Shared {
  Shared() : memory(os::MapShared(sizeof(T), &descriptor).value()), value(new (memory.base) T) {}
  ~Shared() {
    os::Unmap(memory);
    os::CloseDescriptor(descriptor);
  }
  int descriptor = -1;
  os::Mapping memory;
  T* value;
};

core::Ref<Primitive> Make(PrimitiveKind kind) {
  return Primitive::Create(kind, Scope::kShared).value();
}

/// A payload that proves itself: its size, then bytes that follow from the id.
std::vector<uint8_t> Bytes(uint64_t id) {
  Random random(id);
  uint32_t kind = random.Below(40);
  std::vector<uint8_t> bytes(random.Below(kind == 0 ? 60'000 : kind < 8 ? 3000 : 100));
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<uint8_t>((id * 31 + i) * 2654435761u >> 13);
  }
  return bytes;
}

Outcome Put(Channel& channel, uint64_t id, core::Parker& parker, int32_t sender = 0) {
  auto bytes = Bytes(id);
  Outgoing message;
  message.codec = Codec::kPacked;
  message.scalar = id;
  message.a = sender;
  message.b = static_cast<int32_t>(~id);
  message.payload = bytes.data();
  message.size = bytes.size();
  return channel.Put(message, os::kForever, parker, nullptr);
}

bool IsWhole(Incoming& message) {
  auto bytes = Bytes(message.scalar);
  return message.codec == Codec::kPacked && message.b == static_cast<int32_t>(~message.scalar) &&
         message.size == bytes.size() &&
         (bytes.empty() || std::memcmp(message.bytes(), bytes.data(), bytes.size()) == 0);
}

}  // namespace

TEST_CASE("processes: a shared lock lets one in at a time" * doctest::skip(kSkip)) {
  auto cell = Make(PrimitiveKind::kLock);
  Shared<int64_t> counter;
  constexpr int kProcesses = 3;
  const int rounds = Soak(3000);
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(Fork([&] {
      TestParker& parker = TestParker::Make();
      Lock lock(cell->cell(), Scope::kShared);
      core::HolderId holder = core::NewHolder();
      for (int round = 0; round < rounds; ++round) {
        Outcome outcome = core::Block(cell->word(), Scope::kShared, os::kForever, parker,
                                      [&](bool waited) { return lock.TryAcquire(holder, waited); });
        if (outcome != Outcome::kDone) _exit(1);
        int64_t seen = *counter.value;
        if (round % 32 == 0) std::this_thread::yield();
        *counter.value = seen + 1;
        if (lock.Release() != Lock::Released::kReleased) _exit(2);
      }
    }));
  }
  for (pid_t child : children) CHECK(Await(child) == 0);
  CHECK(*counter.value == int64_t{kProcesses} * rounds);
}

TEST_CASE("processes: two set an event for each other" * doctest::skip(kSkip)) {
  auto ping = Make(PrimitiveKind::kEvent);
  auto pong = Make(PrimitiveKind::kEvent);
  const int rounds = Soak(3000);
  auto play = [rounds](Primitive& mine, Primitive& other) {
    for (int i = 0; i < rounds; ++i) {
      Event event(mine.cell(), Scope::kShared);
      uint32_t epoch = event.Epoch();
      BlockForever(mine.word(), Scope::kShared, [&](bool) { return event.TryWait(epoch); });
      event.Clear();
      Event(other.cell(), Scope::kShared).Set();
    }
  };
  pid_t child = Fork([&] { play(*pong, *ping); });
  Event(ping->cell(), Scope::kShared).Set();
  play(*ping, *pong);
  CHECK(Await(child) == 0);
}

TEST_CASE("processes: who is killed takes no more of a semaphore than it held" *
          doctest::skip(kSkip)) {
  auto cell = Make(PrimitiveKind::kSemaphore);
  Semaphore semaphore(cell->cell(), Scope::kShared);
  const int kills = Soak(40);
  semaphore.Initialize(static_cast<uint32_t>(kills) + 1);
  auto use = [&](TestParker& parker) {
    return core::Block(cell->word(), Scope::kShared, os::kForever, parker,
                       [&](bool waited) { return semaphore.TryAcquire(waited); });
  };
  Shared<std::atomic<int>> stop;
  pid_t survivor = Fork([&] {
    TestParker& parker = TestParker::Make();
    while (stop.value->load() == 0) {
      if (use(parker) != Outcome::kDone) _exit(1);
      semaphore.Release(1, Semaphore::kMaxValue);
    }
  });
  TestParker& parker = TestParker::Make();
  Random random(1);
  for (int i = 0; i < kills; ++i) {
    int64_t nanos = random.Below(1'000'000);
    pid_t victim = Fork([&] {
      TestParker& own = TestParker::Make();
      DieAfter(nanos);
      for (;;) {
        use(own);
        semaphore.Release(1, Semaphore::kMaxValue);
      }
    });
    while (!IsDead(victim)) {
      REQUIRE(use(parker) == Outcome::kDone);
      semaphore.Release(1, Semaphore::kMaxValue);
    }
  }
  stop.value->store(1);
  CHECK(Await(survivor) == 0);
  CHECK(semaphore.Value() >= 1);
  CHECK(semaphore.Value() <= static_cast<uint32_t>(kills) + 1);
}

TEST_CASE("processes: a channel carries everything, once and in order" * doctest::skip(kSkip)) {
  for (uint64_t limit : {0, 3}) {
    CAPTURE(limit);
    auto channel = Channel::Create(Scope::kShared, limit).value();
    constexpr int kProducers = 2, kConsumers = 2;
    const uint64_t each = static_cast<uint64_t>(Soak(2000));
    Shared<std::array<std::atomic<uint8_t>, kProducers * 100'000>> seen;
    REQUIRE(each <= 100'000);
    std::vector<pid_t> producers, consumers;
    for (uint64_t producer = 0; producer < kProducers; ++producer) {
      producers.push_back(Fork([&] {
        TestParker& parker = TestParker::Make();
        for (uint64_t i = 0; i < each; ++i) {
          if (Put(*channel, producer * each + i, parker) != Outcome::kDone) _exit(1);
        }
      }));
    }
    for (int consumer = 0; consumer < kConsumers; ++consumer) {
      consumers.push_back(Fork([&] {
        TestParker& parker = TestParker::Make();
        Incoming message;
        std::vector<int64_t> last(kProducers, -1);
        while (channel->Take(message, os::kForever, parker) == Outcome::kDone) {
          auto id = static_cast<int64_t>(message.scalar);
          if (!IsWhole(message)) _exit(1);
          int64_t& before = last[message.scalar / each];
          if (id <= before) _exit(2);
          before = id;
          ++(*seen.value)[message.scalar];
        }
      }));
    }
    for (pid_t child : producers) CHECK(Await(child) == 0);
    channel->Close();
    for (pid_t child : consumers) CHECK(Await(child) == 0);
    uint64_t wrong = 0;
    for (uint64_t id = 0; id < kProducers * each; ++id) wrong += (*seen.value)[id] != 1;
    CHECK(wrong == 0);
  }
}

TEST_CASE("processes: kill -9 in the middle of a channel's work costs at most the victim's item" *
          doctest::skip(kSkip)) {
  // The parent puts into `in`; a survivor and one victim after the other carry messages from
  // there to `out`. A message that the survivor returns as the last of a round has passed
  // through `in` behind all others: when it is back, whatever has not come is lost.
  auto in = Channel::Create(Scope::kShared, 6).value();
  auto out = Channel::Create(Scope::kShared, 0).value();
  auto carry = [&](int32_t name, bool revokes) {
    TestParker& parker = TestParker::Make();
    Incoming message;
    while (in->Take(message, os::kForever, parker) == Outcome::kDone) {
      if (!IsWhole(message)) _exit(1);
      if (revokes) {
        // Revoking is in the victim's work, too: a ghost that others see if they are faster.
        uint64_t position;
        Outgoing ghost;
        ghost.codec = Codec::kNull;
        if (out->TryPut(ghost, &position) == Outcome::kDone) out->Revoke(position);
      }
      if (Put(*out, message.scalar, parker, name) != Outcome::kDone) _exit(2);
    }
  };
  pid_t survivor = Fork([&] { carry(1, false); });

  TestParker& parker = TestParker::Make();
  Random random(7);
  const int kills = Soak(500);
  uint64_t id = 0;
  int lost = 0, torn = 0, twice = 0, out_of_order = 0, ghosts = 0;
  Incoming message;
  for (int round = 0; round < kills; ++round) {
    CAPTURE(round);
    uint64_t first = id;
    std::vector<int> times;
    uint64_t last_of_survivor = 0;
    auto note = [&] {
      if (message.codec == Codec::kNull) {
        ++ghosts;
        return;
      }
      if (!IsWhole(message)) {
        ++torn;
        return;
      }
      if (message.scalar < first || message.scalar >= id) {
        ++twice;  // It had its turn in an earlier round.
        return;
      }
      if (++times[message.scalar - first] > 1) ++twice;
      if (message.a == 1) {
        if (message.scalar < last_of_survivor) ++out_of_order;
        last_of_survivor = message.scalar;
      }
    };

    int64_t nanos = random.Below(1'500'000);
    pid_t victim = Fork([&] {
      DieAfter(nanos);
      carry(2, true);
    });
    do {
      for (int i = 0; i < 4; ++i, ++id) {
        times.push_back(0);
        REQUIRE(Put(*in, id, parker) == Outcome::kDone);
      }
      while (out->Take(message, 0, parker) == Outcome::kDone) note();
    } while (!IsDead(victim));

    times.push_back(0);
    uint64_t flush = id++;
    REQUIRE(Put(*in, flush, parker) == Outcome::kDone);
    do {
      REQUIRE(out->Take(message, os::kForever, parker) == Outcome::kDone);
      note();
    } while (message.codec == Codec::kNull || message.scalar != flush);
    REQUIRE(in->Size() == 0);
    REQUIRE(out->Size() == 0);
    auto missing = std::count(times.begin(), times.end(), 0);
    REQUIRE(missing <= 1);
    lost += static_cast<int>(missing);
    REQUIRE(torn == 0);
    REQUIRE(twice == 0);
    REQUIRE(out_of_order == 0);
  }
  in->Close();
  CHECK(Await(survivor) == 0);
  MESSAGE(kills << " kills, " << id << " messages, " << lost << " lost with their carriers, "
                << ghosts << " ghosts");
}

TEST_CASE("processes: a ring that grows while its writer is killed stays whole" *
          doctest::skip(kSkip)) {
  // Each round has a channel of its own, so that every kill can meet the growth of a small ring.
  // The reader is the parent, afterwards: what it finds are the writer's first messages, whole.
  TestParker& parker = TestParker::Make();
  Random random(11);
  int most = 0;
  Incoming message;
  for (int round = 0; round < Soak(200); ++round) {
    CAPTURE(round);
    auto channel = Channel::Create(Scope::kShared, 0).value();
    Shared<std::atomic<uint64_t>> put, taken;
    int64_t nanos = random.Below(800'000);
    pid_t victim = Fork([&] {
      DieAfter(nanos);
      TestParker& own = TestParker::Make();
      Incoming mine;
      for (uint64_t id = 0;; ++id) {
        Put(*channel, id, own);
        put.value->store(id + 1);
        // Takes a little, so that contents wrap.
        if (id % 3 != 0) continue;
        channel->Take(mine, 0, own);
        taken.value->store(mine.scalar + 1);
      }
    });
    Await(victim);
    uint64_t begun = taken.value->load();
    uint64_t next = 0;
    bool first = true;
    while (channel->Take(message, 0, parker) == Outcome::kDone) {
      REQUIRE(IsWhole(message));
      // One more may have been taken than was noted, and one more put.
      if (first) REQUIRE((message.scalar == begun || message.scalar == begun + 1));
      if (!first) REQUIRE(message.scalar == next);
      first = false;
      next = message.scalar + 1;
      ++most;
    }
    uint64_t noted = put.value->load();
    if (!first) REQUIRE((next == noted || next == noted + 1));
    REQUIRE(channel->Size() == 0);
    // And it can be used on.
    REQUIRE(Put(*channel, 5, parker) == Outcome::kDone);
    REQUIRE(channel->Take(message, 0, parker) == Outcome::kDone);
    REQUIRE(IsWhole(message));
  }
  CHECK(most > 0);
}

}  // namespace heddle::test
