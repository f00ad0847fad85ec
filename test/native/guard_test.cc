#include "core/guard.h"

#include <memory>

#include "support.h"

namespace heddle::test {

TEST_CASE("guard: one thread at a time") {
  auto guard = std::make_unique<core::Guard>(EachScope());
  constexpr int kThreads = 4;
  const int rounds = Soak(20'000);
  int64_t counter = 0;
  std::atomic<int> deaths{0};
  Together(kThreads, [&](int) {
    for (int i = 0; i < rounds; ++i) {
      if (guard->Lock()) ++deaths;
      ++counter;
      // Held long now and then, so that others go to sleep.
      if (i % 1024 == 0) std::this_thread::yield();
      guard->Unlock();
    }
  });
  CHECK(counter == int64_t{kThreads} * rounds);
  CHECK(deaths == 0);
}

TEST_CASE("guard: sleepers are woken one after the other") {
  auto guard = std::make_unique<core::Guard>(EachScope());
  for (int round = 0; round < Soak(50); ++round) {
    std::atomic<int> came{0}, passed{0};
    guard->Lock();
    Threads threads;
    for (int i = 0; i < 4; ++i) {
      threads.Start([&] {
        ++came;
        guard->Lock();
        ++passed;
        guard->Unlock();
      });
    }
    AwaitThat([&] { return came == 4; });
    CHECK(passed == 0);
    guard->Unlock();
    threads.Join();
    REQUIRE(passed == 4);
  }
}

TEST_CASE("guard: a shared one says once that its holder died inside" *
          doctest::skip(HEDDLE_TSAN)) {
  // To the kernel a thread that ends is as dead as a process that was killed.
  core::Guard guard(Scope::kShared);
  Threads threads;
  threads.Start([&] { guard.Lock(); });
  threads.Join();
  CHECK(guard.Lock());
  guard.Unlock();
  CHECK_FALSE(guard.Lock());
  guard.Unlock();
}

}  // namespace heddle::test
