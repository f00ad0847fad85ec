#include "core/cloakroom.h"

#include "support.h"

namespace heddle::test {

TEST_CASE("cloakroom: a ticket is good once") {
  std::atomic<int> alive{0};
  uint64_t ticket = core::Deposit(core::Ref<core::Resource>::Adopt(Counted::Make(alive).Leak()));
  CHECK(alive.load() == 1);
  {
    core::Ref<core::Resource> back = core::Withdraw(ticket);
    CHECK(back);
    CHECK_FALSE(core::Withdraw(ticket));
    CHECK(alive.load() == 1);
  }
  CHECK(alive.load() == 0);
  CHECK_FALSE(core::Withdraw(ticket + 1000));
  CHECK_FALSE(core::Withdraw(0));
}

TEST_CASE("cloakroom: of many who ask with one ticket, one gets it") {
  std::atomic<int> alive{0};
  for (int round = 0; round < Soak(50); ++round) {
    uint64_t ticket = core::Deposit(core::Ref<core::Resource>::Adopt(Counted::Make(alive).Leak()));
    std::atomic<int> got{0};
    Together(4, [&](int) {
      if (core::Withdraw(ticket)) ++got;
    });
    REQUIRE(got == 1);
    REQUIRE(alive.load() == 0);
  }
}

}  // namespace heddle::test
