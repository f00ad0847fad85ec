#include "core/thread_record.h"

#include "core/block.h"
#include "core/line.h"
#include "core/lock.h"
#include "core/primitive.h"
#include "core/thread_registry.h"
#include "os/thread.h"
#include "support.h"

namespace heddle::test {
namespace {

using core::Channel;
using core::Incoming;
using core::Lock;
using core::Ref;
using core::ThreadRecord;
using core::ThreadRegistry;

bool Lives(const Ref<ThreadRecord>& record) {
  for (Ref<ThreadRecord>& other : ThreadRegistry::Instance().Living()) {
    if (other.get() == record.get()) return true;
  }
  return false;
}

Outcome JoinForever(ThreadRecord& record) {
  return BlockForever(record.word(), Scope::kPrivate, [&](bool) { return record.TryEnded(); });
}

struct RegisteredParker {
  RegisteredParker() { ThreadRegistry::Instance().AddWaiters(&parker, nullptr); }
  ~RegisteredParker() { ThreadRegistry::Instance().RemoveWaiters(&parker); }
  TestParker& parker = TestParker::Make();
};

}  // namespace

TEST_CASE("thread record: the main thread's is always there, and nobody waits for it") {
  ThreadRegistry& registry = ThreadRegistry::Instance();
  Ref<ThreadRecord> main = registry.Main();
  CHECK(main->origin() == ThreadRecord::Origin::kMain);
  CHECK(main->native_id() == os::MainThreadId());
  CHECK(main->ident() != 0);
  CHECK_FALSE(Lives(main));
  CHECK(registry.TryOnlyDaemons().outcome == Outcome::kDone);
}

TEST_CASE("thread record: a bare one becomes a dummy of its name") {
  auto record = ThreadRecord::Create("", true, ThreadRecord::Origin::kBare);
  CHECK(record->origin() == ThreadRecord::Origin::kBare);
  record->BecomeDummy("Dummy-1");
  CHECK(record->origin() == ThreadRecord::Origin::kDummy);
  CHECK(record->name() == "Dummy-1");
}

TEST_CASE("thread record: the program waits as it was told before the announcement") {
  ThreadRegistry& registry = ThreadRegistry::Instance();
  auto record = ThreadRecord::Create("", true);
  record->SetDaemon(false);
  record->Announce();
  CHECK(registry.TryOnlyDaemons().outcome == Outcome::kWait);
  record->End(false);
  CHECK(registry.TryOnlyDaemons().outcome == Outcome::kDone);
}

TEST_CASE("thread record: from announced to ended") {
  auto record = ThreadRecord::Create("worker", false);
  CHECK(record->name() == "worker");
  record->Rename("other");
  CHECK(record->name() == "other");
  CHECK(record->State() == 0);
  CHECK_FALSE(Lives(record));
  record->Announce();
  CHECK(Lives(record));
  CHECK(record->TryBegun().outcome == Outcome::kWait);
  record->Begin(42);
  CHECK(record->native_id() == 42);
  CHECK(record->State() == ThreadRecord::kRunning);
  CHECK(record->TryBegun().outcome == Outcome::kDone);
  CHECK(record->TryEnded().outcome == Outcome::kWait);
  record->End(false);
  CHECK(record->State() == ThreadRecord::kEnded);
  CHECK(record->TryEnded().outcome == Outcome::kDone);
  CHECK_FALSE(Lives(record));
  record->End(true);  // Too late.
  CHECK(record->State() == ThreadRecord::kEnded);
  CHECK_FALSE(core::IsHolderDead(record->ident()));
}

TEST_CASE("thread record: who ends before it begins has begun, for those who wait for that") {
  auto record = ThreadRecord::Create("", true);
  record->Announce();
  Threads threads;
  threads.Start([&] {
    BlockForever(record->word(), Scope::kPrivate, [&](bool) { return record->TryBegun(); });
  });
  record->End(true);
  threads.Join();
  CHECK(record->State() == (ThreadRecord::kEnded | ThreadRecord::kByForce));
}

TEST_CASE("thread record: joiners wake when it ends, of itself or by force") {
  bool by_force = false;
  SUBCASE("of itself") { by_force = false; }
  SUBCASE("by force") { by_force = true; }
  for (int round = 0; round < Soak(200); ++round) {
    auto record = ThreadRecord::Create("", round % 2 == 0);
    record->Announce();
    Threads threads;
    for (int i = 0; i < 3; ++i) threads.Start([&] { JoinForever(*record); });
    record->Begin(1);
    if (round % 2 == 0) std::this_thread::yield();
    record->End(by_force);
    threads.Join();
    REQUIRE((record->State() & ThreadRecord::kEnded) != 0);
  }
}

TEST_CASE("thread record: of many who end it, one is heard") {
  for (int round = 0; round < Soak(100); ++round) {
    auto channel = Channel::Create(Scope::kPrivate, 0).value();
    auto record = ThreadRecord::Create("", false);
    record->Announce();
    record->SetLastWords(channel, 1, 2);
    Together(3, [&](int) { record->End(true); });
    REQUIRE(channel->Size() == 1);
    REQUIRE_FALSE(Lives(record));
  }
}

TEST_CASE("thread record: last words reach the channel, if it ends by force") {
  Scope scope = EachScope();
  TestParker& parker = TestParker::Make();
  Incoming words;
  auto make = [&](Ref<Channel>& channel) {
    auto record = ThreadRecord::Create("", false);
    record->Announce();
    record->SetLastWords(channel, 7, -3);
    return record;
  };
  auto channel = Channel::Create(scope, 0).value();
  auto by_force = make(channel);
  {
    Threads threads;
    threads.Start([&] { by_force->End(true); });
    CHECK(channel->Take(words, os::kForever, parker) == Outcome::kDone);
  }
  CHECK(words.shape == 7);
  CHECK(words.a == -3);
  make(channel)->End(false);
  CHECK(channel->Take(words, 0, parker) == Outcome::kTimedOut);
  channel->Close();
  make(channel)->End(true);
  CHECK(channel->Take(words, 0, parker) == Outcome::kClosed);
}

TEST_CASE("thread record: its locks are abandoned when it ends by force") {
  Scope scope = EachScope();
  Slices slices;
  int late = 0;
  constexpr int kTrials = 6;
  for (int trial = 0; trial < kTrials; ++trial) {
    auto cell = core::Primitive::Create(core::PrimitiveKind::kLock, scope).value();
    Lock lock(cell->cell(), scope);
    auto record = ThreadRecord::Create("", false);
    record->Announce();
    lock.TryAcquire(HolderIn(scope, record->ident()), false);

    struct Sleeper : RegisteredParker {
      Outcome outcome = Outcome::kWait;
      int slices = 0;
    } sleepers[3];
    Threads threads;
    for (Sleeper& sleeper : sleepers) {
      threads.Start([&] {
        Slices::Forget();
        sleeper.outcome =
            core::Block(cell->word(), scope, os::kForever, sleeper.parker,
                        [&](bool waited) { return lock.TryAcquire(core::NewHolder(), waited); });
        sleeper.slices = Slices::Ended();
      });
    }
    for (Sleeper& sleeper : sleepers)
      sleeper.parker.AwaitLooks(trial % 2 == 0 ? TestParker::kFirstSleep : TestParker::kLongSleep);
    record->End(true);
    threads.Join();
    for (Sleeper& sleeper : sleepers) {
      CHECK(sleeper.outcome == Outcome::kAbandoned);
      late += sleeper.slices != 0;
    }
    CHECK(lock.TryAcquire(core::NewHolder(), false).outcome == Outcome::kAbandoned);
    CHECK(lock.Recover());
    CHECK(lock.TryAcquire(core::NewHolder(), false).outcome == Outcome::kDone);
  }
  CHECK(late <= kTrials / 3);
}

TEST_CASE("thread record: promises that wait for its locks are rung when it ends by force") {
  struct Bell final : core::Listener {
    void Ring(WaitWord*) override {}
    void RingAll() override { ++rings; }
    std::atomic<int> rings{0};
  } bell;
  Scope scope = EachScope();
  auto cell = core::Primitive::Create(core::PrimitiveKind::kLock, scope).value();
  Lock lock(cell->cell(), scope);
  auto record = ThreadRecord::Create("", false);
  record->Announce();
  lock.TryAcquire(HolderIn(scope, record->ident()), false);
  TestParker& parker = TestParker::Make();
  ThreadRegistry::Instance().AddWaiters(&parker, &bell);
  core::Listen(&cell->word(), &bell, scope);
  CHECK(lock.TryAcquire(core::NewHolder(), false).outcome == Outcome::kWait);
  record->End(true);
  CHECK(bell.rings == 1);
  CHECK(lock.TryAcquire(core::NewHolder(), true).outcome == Outcome::kAbandoned);
  core::StopListening(&cell->word(), &bell, scope);
  ThreadRegistry::Instance().RemoveWaiters(&parker);
  auto other = ThreadRecord::Create("", true);
  other->Announce();
  other->End(true);
  CHECK(bell.rings == 1);
}

TEST_CASE("thread registry: waits for all that are not daemons") {
  ThreadRegistry& registry = ThreadRegistry::Instance();
  REQUIRE(registry.TryOnlyDaemons().outcome == Outcome::kDone);
  auto daemon = ThreadRecord::Create("", true);
  daemon->Announce();
  CHECK(registry.TryOnlyDaemons().outcome == Outcome::kDone);
  for (int round = 0; round < Soak(300); ++round) {
    std::vector<Ref<ThreadRecord>> records;
    for (int i = 0; i < 3; ++i) {
      records.push_back(ThreadRecord::Create("", false));
      records.back()->Announce();
    }
    CHECK(registry.TryOnlyDaemons().outcome == Outcome::kWait);
    Threads threads;
    for (int i = 0; i < 2; ++i) {
      threads.Start([&] {
        BlockForever(registry.only_daemons(), Scope::kPrivate,
                     [&](bool) { return registry.TryOnlyDaemons(); });
      });
    }
    for (Ref<ThreadRecord>& record : records) {
      threads.Start([&] { record->End(false); });
    }
    threads.Join();
    REQUIRE(registry.TryOnlyDaemons().outcome == Outcome::kDone);
  }
  daemon->End(false);
}

TEST_CASE("thread registry: threads that come while others go do not confuse it") {
  ThreadRegistry& registry = ThreadRegistry::Instance();
  Together(4, [&](int number) {
    for (int i = 0; i < Soak(1000); ++i) {
      if (number == 0) {
        BlockForever(registry.only_daemons(), Scope::kPrivate,
                     [&](bool) { return registry.TryOnlyDaemons(); });
        continue;
      }
      auto record = ThreadRecord::Create("", false);
      record->Announce();
      record->Begin(1);
      record->End(i % 8 == 0);
    }
  });
  CHECK(registry.TryOnlyDaemons().outcome == Outcome::kDone);
}

TEST_CASE("thread registry: a thread that dies on its way is found by those who wait") {
  ThreadRegistry& registry = ThreadRegistry::Instance();
  auto record = ThreadRecord::Create("", false);
  record->Announce();
  std::vector<os::NativeThreadId> before = os::ListThreads();
  std::atomic<bool> die{false};
  std::thread thread([&] { AwaitThat([&] { return die.load(); }); });
  registry.AwaitArrival(record, before);
  registry.Reap();
  CHECK(record->State() == 0);  // It is still there.
  die = true;
  thread.join();
  // join() returns before the kernel has removed the thread, so this looks more than once.
  Outcome outcome = core::Block(record->word(), Scope::kPrivate, os::kForever, TestParker::Make(),
                                [&](bool) { return record->TryEnded(); });
  CHECK(outcome == Outcome::kDone);
  CHECK(record->State() == (ThreadRecord::kEnded | ThreadRecord::kByForce));
}

TEST_CASE("thread registry: a thread that has arrived is not taken for another that died") {
  ThreadRegistry& registry = ThreadRegistry::Instance();
  auto lost = ThreadRecord::Create("", true);
  auto found = ThreadRecord::Create("", true);
  lost->Announce();
  found->Announce();
  std::vector<os::NativeThreadId> before = os::ListThreads();
  std::atomic<bool> die{false}, arrive{false}, arrived{false}, end{false};
  std::atomic<int> running{0};
  std::thread dies([&] {
    ++running;
    AwaitThat([&] { return die.load(); });
  });
  std::thread lives([&] {
    ++running;
    AwaitThat([&] { return arrive.load(); });
    registry.Arrived(found.get());
    arrived = true;
    AwaitThat([&] { return end.load(); });
  });
  AwaitThat([&] { return running == 2; });
  // Two boots at once: each sees both threads.
  registry.AwaitArrival(lost, before);
  registry.AwaitArrival(found, before);
  die = true;
  dies.join();
  registry.Reap();
  CHECK(lost->State() == 0);
  arrive = true;
  AwaitThat([&] { return arrived.load(); });
  AwaitThat([&] {
    registry.Reap();
    return lost->State() != 0;
  });
  CHECK(lost->State() == (ThreadRecord::kEnded | ThreadRecord::kByForce));
  CHECK(found->State() == 0);
  end = true;
  lives.join();
  registry.Reap();
  CHECK(found->State() == 0);
  found->End(false);
}

}  // namespace heddle::test
