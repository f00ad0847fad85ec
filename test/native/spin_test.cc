#include "core/spin.h"

#include "os/futex.h"
#include "support.h"

namespace heddle::test {
namespace {

/// Sets the budget for the scope of a test, then spinning off: other tests want real sleeps.
struct Budget {
  explicit Budget(int64_t nanos) { core::Spin::SetBudget(nanos); }
  ~Budget() { core::Spin::SetBudget(30'000); }
};

bool Until(core::Spin& spin, const os::Word& word) {
  return spin.Until([&] { return word.load(std::memory_order_acquire) != 0; });
}

}  // namespace

TEST_CASE("spin: says at once that a word has changed") {
  Budget budget(1'000'000);
  core::Spin spin;
  os::Word word{1};
  CHECK(Until(spin, word));
}

TEST_CASE("spin: gives up when its budget is used up") {
  Budget budget(2'000'000);
  core::Spin spin;
  os::Word word{0};
  int64_t begun = os::MonotonicNanos();
  CHECK_FALSE(Until(spin, word));
  CHECK(os::MonotonicNanos() - begun >= 2'000'000);
}

TEST_CASE("spin: without a budget it does not even look") {
  Budget budget(0);
  core::Spin spin;
  os::Word word{1};
  CHECK_FALSE(Until(spin, word));
}

TEST_CASE("spin: learns to leave what never pays, and tries again now and then") {
  Budget budget(1000);
  core::Spin spin;
  os::Word word{0};
  for (int i = 0; i < 20; ++i) Until(spin, word);
  word = 1;
  int skipped = 0;
  while (!Until(spin, word)) ++skipped;
  CHECK(skipped > 0);
  CHECK(skipped < 64);
  CHECK(Until(spin, word));  // And trusts again.
}

TEST_CASE("spin: sees what another thread stores") {
  Budget budget(int64_t{60} * 1'000'000'000);
  os::Word word{0};
  int message = 0;
  Threads threads;
  threads.Start([&] {
    message = 42;
    word.store(1, std::memory_order_release);
  });
  core::Spin spin;
  CHECK(Until(spin, word));
  CHECK(message == 42);
}

}  // namespace heddle::test
