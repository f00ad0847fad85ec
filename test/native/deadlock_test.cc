#include "core/deadlock.h"

#include <memory>
#include <string>
#include <vector>

#include "core/block.h"
#include "core/channel.h"
#include "core/lock.h"
#include "core/primitive.h"
#include "core/thread_record.h"
#include "support.h"

namespace heddle::test {
namespace {

using core::Lock;
using core::LongWait;
using core::Primitive;
using core::Ref;
using core::Resource;
using core::ThreadRecord;
using Goal = core::LongWait::Goal;

Ref<Primitive> MakeLock() {
  return Primitive::Create(core::PrimitiveKind::kLock, Scope::kPrivate).value();
}

/// A thread with handles, as an environment is one.
class Person final : public core::BlockedThread {
 public:
  explicit Person(std::string name) : record(ThreadRecord::Create(std::move(name), false)) {}

  std::string Name() override { return record->name(); }
  void VisitHoldings(const std::function<void(Resource&)>& visit) override {
    for (Ref<Resource>& handle : handles) visit(*handle);
  }

  /// Gives the person a handle on the lock.
  void Know(Primitive& lock) { handles.push_back(Ref<Resource>::Share(&lock)); }

  Outcome Acquire(Primitive& primitive, Goal goal = Goal::kLock, int64_t deadline = os::kForever) {
    Lock lock(primitive.cell(), Scope::kPrivate);
    LongWait wait(goal, primitive, *this, record->ident(), parker);
    Outcome outcome = core::Block(
        primitive.word(), Scope::kPrivate, deadline, parker,
        [&](bool waited) { return lock.TryAcquire(record->ident(), waited); },
        [&] { return lock.IsReady(); }, deadline == os::kForever ? &wait : nullptr);
    circle = wait.circle();
    return outcome;
  }
  Outcome Join(ThreadRecord& other) {
    LongWait wait(Goal::kThreadEnd, other, *this, record->ident(), parker);
    Outcome outcome = core::BlockOrDeadlock(other.word(), Scope::kPrivate, os::kForever, parker,
                                            &wait, [&](bool) { return other.TryEnded(); });
    circle = wait.circle();
    return outcome;
  }
  void Take(Primitive& lock) {
    CHECK(Lock(lock.cell(), Scope::kPrivate).TryAcquire(record->ident(), false).outcome ==
          Outcome::kDone);
  }
  /// Yields until the person has been asleep for long.
  void AwaitLongSleep(int times = 1) const {
    parker.AwaitLooks(TestParker::kLongSleep + 2 * (times - 1));
  }

  const Ref<ThreadRecord> record;
  std::vector<Ref<Resource>> handles;
  TestParker& parker = TestParker::Make();
  std::vector<LongWait::Step> circle;
};

void Release(Primitive& lock) {
  CHECK(Lock(lock.cell(), Scope::kPrivate).Release() == Lock::Released::kReleased);
}

bool IsHeldBy(Primitive& lock, const Person& person) {
  return (lock.word().value & Lock::kHolder) == person.record->ident();
}

/// So many persons who each hold a lock and want the next one's, and a handle of their own on each.
struct Circle {
  Circle(int count, Goal wanted) : goal(wanted) {
    for (int i = 0; i < count; ++i) {
      persons.push_back(std::make_unique<Person>("person " + std::to_string(i)));
      locks.push_back(MakeLock());
      persons.back()->Take(*locks.back());
    }
  }
  /// The handles are moved to the persons: nobody else has one.
  void GiveAwayHandles() {
    for (auto& lock : locks) {
      cells.push_back(lock.get());
      for (auto& person : persons) person->Know(*lock);
      lock = {};
    }
  }
  Primitive& LockOf(size_t number) {
    size_t index = number % persons.size();
    return cells.empty() ? *locks[index] : *cells[index];
  }
  /// Person `number` waits for the next one's lock and lets go of everything.
  Outcome Run(size_t number) {
    Outcome outcome = persons[number]->Acquire(LockOf(number + 1), goal);
    Release(LockOf(number));
    if (outcome == Outcome::kDone) Release(LockOf(number + 1));
    return outcome;
  }
  /// All at once. How many found a deadlock; all others must get through.
  int RunAll() {
    std::atomic<int> deadlocks{0};
    Together(static_cast<int>(persons.size()), [&](int number) {
      Outcome outcome = Run(number);
      deadlocks += outcome == Outcome::kDeadlock;
      CHECK((outcome == Outcome::kDeadlock || outcome == Outcome::kDone));
    });
    return deadlocks;
  }

  Goal goal;
  std::vector<std::unique_ptr<Person>> persons;
  std::vector<Ref<Primitive>> locks;
  std::vector<Primitive*> cells;
};

}  // namespace

TEST_CASE("deadlock: one of a circle of owners is told, and the others go on") {
  for (int count : {1, 2, 3, 7}) {
    for (int round = 0; round < Soak(5); ++round) {
      CAPTURE(count);
      CHECK(Circle(count, Goal::kOwnedLock).RunAll() == 1);
    }
  }
}

TEST_CASE("deadlock: a circle of locks that nobody else has a handle on is one") {
  for (int count : {1, 2, 3, 7}) {
    for (int round = 0; round < Soak(5); ++round) {
      CAPTURE(count);
      Circle circle(count, Goal::kLock);
      circle.GiveAwayHandles();
      CHECK(circle.RunAll() == 1);
    }
  }
}

TEST_CASE("deadlock: the circle is told in order, from the one who closes it") {
  Circle circle(3, Goal::kOwnedLock);
  Threads threads;
  for (size_t number : {1, 2}) {
    threads.Start([&, number] { CHECK(circle.Run(number) == Outcome::kDone); });
    circle.persons[number]->AwaitLongSleep();
  }
  CHECK(circle.Run(0) == Outcome::kDeadlock);
  const auto& steps = circle.persons[0]->circle;
  REQUIRE(steps.size() == 3);
  for (size_t i = 0; i < 3; ++i) {
    CHECK(steps[i].thread == circle.persons[i]->Name());
    CHECK(steps[i].goal == Goal::kOwnedLock);
    CHECK(steps[i].lock.cell == &circle.LockOf(i + 1).cell());
  }
}

TEST_CASE("deadlock: a lock that somebody outside has a handle on is waited for") {
  Circle circle(2, Goal::kLock);
  Ref<Primitive> outside = circle.locks[0];
  circle.GiveAwayHandles();
  Threads threads;
  threads.Start([&] {
    CHECK(circle.persons[0]->Acquire(circle.LockOf(1)) == Outcome::kDone);
    Release(circle.LockOf(1));
  });
  threads.Start([&] { CHECK(circle.Run(1) == Outcome::kDone); });
  // So long that both have looked at their suspicion again.
  for (auto& person : circle.persons) person->AwaitLongSleep(3);
  Release(*outside);
}

TEST_CASE("deadlock: one that becomes certain when a handle goes is found") {
  Circle circle(2, Goal::kLock);
  Ref<Primitive> outside = circle.locks[0];
  circle.GiveAwayHandles();
  std::atomic<int> deadlocks{0};
  Threads threads;
  for (size_t number : {0, 1}) {
    threads.Start([&, number] { deadlocks += circle.Run(number) == Outcome::kDeadlock; });
  }
  for (auto& person : circle.persons) person->AwaitLongSleep(2);
  CHECK(deadlocks == 0);
  outside = {};
  threads.Join();
  CHECK(deadlocks == 1);
}

TEST_CASE("deadlock: an owner who still runs, or waits with an end, is in no circle") {
  Circle circle(2, Goal::kOwnedLock);
  Threads threads;
  threads.Start([&] { CHECK(circle.Run(0) == Outcome::kDone); });
  circle.persons[0]->AwaitLongSleep(2);
  CHECK(circle.persons[1]->Acquire(circle.LockOf(0), Goal::kOwnedLock, After(300)) ==
        Outcome::kTimedOut);
  Release(circle.LockOf(1));
}

TEST_CASE("deadlock: who holds a lock and acquires it again waits for another's release") {
  Person person("signalled");
  Ref<Primitive> lock = MakeLock();  // Our own handle.
  person.Know(*lock);
  person.Take(*lock);
  Threads threads;
  threads.Start([&] { CHECK(person.Acquire(*lock) == Outcome::kDone); });
  person.AwaitLongSleep(3);
  Release(*lock);
}

TEST_CASE("deadlock: threads that join each other") {
  Person first("first");
  Person second("second");
  std::atomic<int> deadlocks{0};
  Together(2, [&](int number) {
    Person& self = number == 0 ? first : second;
    Person& other = number == 0 ? second : first;
    Outcome outcome = self.Join(*other.record);
    deadlocks += outcome == Outcome::kDeadlock;
    if (outcome == Outcome::kDeadlock) CHECK(self.circle[0].awaited == other.Name());
    self.record->End(false);
  });
  CHECK(deadlocks == 1);
}

TEST_CASE("deadlock: who waits for the threads of a circle is not told, and makes one of it look") {
  // Main has the last handles and joins: nobody else can release anything from then on.
  Circle circle(2, Goal::kLock);
  Person main("main");
  circle.GiveAwayHandles();
  for (Primitive* lock : circle.cells) main.Know(*lock);
  std::atomic<int> deadlocks{0};
  Threads threads;
  for (size_t number : {0, 1}) {
    threads.Start([&, number] {
      deadlocks += circle.Run(number) == Outcome::kDeadlock;
      circle.persons[number]->record->End(false);
    });
  }
  for (auto& person : circle.persons) person->AwaitLongSleep();
  for (auto& person : circle.persons) CHECK(main.Join(*person->record) == Outcome::kDone);
  threads.Join();
  CHECK(deadlocks == 1);
}

TEST_CASE(
    "deadlock: a lock whose owner is dead, or a run that has ended, is not waited for in vain") {
  Person dead("dead");
  Person waiter("waiter");
  Ref<Primitive> lock = MakeLock();
  dead.Take(*lock);
  Threads threads;
  threads.Start([&] { CHECK(waiter.Acquire(*lock, Goal::kOwnedLock) == Outcome::kAbandoned); });
  waiter.AwaitLongSleep();
  dead.record->End(true);
  waiter.parker.Poke();
  threads.Join();
  CHECK(waiter.Join(*dead.record) == Outcome::kDone);
}

TEST_CASE("deadlock: a thread that is told to stop leaves the search") {
  Circle circle(2, Goal::kOwnedLock);
  Threads threads;
  threads.Start([&] {
    CHECK(circle.persons[0]->Acquire(circle.LockOf(1), Goal::kOwnedLock) == Outcome::kStopping);
  });
  circle.persons[0]->AwaitLongSleep();
  circle.persons[0]->parker.Interrupt(Outcome::kStopping);
  circle.persons[0]->parker.Poke();
  threads.Join();
  threads.Start([&] { CHECK(circle.Run(1) == Outcome::kDone); });
  circle.persons[1]->AwaitLongSleep(2);
  Release(circle.LockOf(0));
}

TEST_CASE(
    "deadlock: programs that take locks in order never meet one, others finish all the same") {
  constexpr int kThreads = 5;
  constexpr int kLocks = 4;
  for (bool in_order : {true, false}) {
    for (int seed = 0; seed < Soak(3); ++seed) {
      CAPTURE(in_order);
      CAPTURE(seed);
      std::vector<Ref<Primitive>> made;
      std::vector<Primitive*> locks;
      std::vector<std::unique_ptr<Person>> persons;
      for (int i = 0; i < kLocks; ++i) made.push_back(MakeLock());
      for (int i = 0; i < kThreads; ++i) {
        persons.push_back(std::make_unique<Person>(std::to_string(i)));
        for (auto& lock : made) persons.back()->Know(*lock);
      }
      for (auto& lock : made) locks.push_back(lock.get());
      made.clear();
      Goal goal = seed % 2 == 0 ? Goal::kLock : Goal::kOwnedLock;
      std::atomic<int> deadlocks{0};
      Together(kThreads, [&](int number) {
        Random random(seed * 100 + number);
        Person& self = *persons[number];
        for (int round = 0; round < 40; ++round) {
          std::vector<int> wanted;
          for (int i = 0; i < kLocks; ++i) {
            if (random.Below(2) == 0) wanted.push_back(i);
          }
          if (!in_order) {
            for (size_t i = wanted.size(); i > 1; --i) {
              std::swap(wanted[i - 1], wanted[random.Below(static_cast<uint32_t>(i))]);
            }
          }
          std::vector<int> held;
          for (int lock : wanted) {
            if (self.Acquire(*locks[lock], goal) == Outcome::kDeadlock) {
              ++deadlocks;
              break;
            }
            CHECK(IsHeldBy(*locks[lock], self));
            held.push_back(lock);
            for (uint32_t pause = random.Below(200); pause > 0; --pause) std::this_thread::yield();
          }
          for (int lock : held) Release(*locks[lock]);
        }
        // From here on nobody can rely on us.
        self.handles.clear();
      });
      if (in_order) CHECK(deadlocks == 0);
    }
  }
}

}  // namespace heddle::test
