#include "core/takers.h"

#include <memory>

#include "support.h"

namespace heddle::test {

using core::Takers;

TEST_CASE("takers: what a process has taken goes with it, once") {
  auto takers = std::make_unique<Takers>();
  for (int i = 0; i < 3; ++i) takers->Take(5);
  takers->Take(7);
  takers->Finish(5);
  CHECK(takers->Unfinished(4) == 7);
  CHECK(takers->Abandon(5) == 2);
  CHECK(takers->Abandon(5) == 0);
  CHECK(takers->Unfinished(4) == 5);
}

TEST_CASE("takers: who has taken nothing finishes for one who has") {
  auto takers = std::make_unique<Takers>();
  takers->Take(5);
  takers->Take(7);
  takers->Finish(7);
  takers->Finish(7);
  CHECK(takers->Unfinished(0) == 0);
  CHECK(takers->Abandon(5) == 0);
}

TEST_CASE("takers: one that is finished before it is taken is not taken then") {
  auto takers = std::make_unique<Takers>();
  takers->Finish(5);
  CHECK(takers->Unfinished(2) == 1);
  CHECK(takers->TakeFinished());
  CHECK_FALSE(takers->TakeFinished());
  takers->Take(5);
  CHECK(takers->Unfinished(0) == 1);
}

TEST_CASE("takers: who is killed while it takes one that is finished leaves nothing below zero") {
  auto takers = std::make_unique<Takers>();
  takers->Finish(5);
  CHECK(takers->Unfinished(0) == 0);
  takers->Take(5);
  CHECK(takers->Unfinished(0) == 1);
}

TEST_CASE("takers: what the dead had taken can be finished by somebody else, once each") {
  auto takers = std::make_unique<Takers>();
  CHECK_FALSE(takers->FinishAbandoned());
  takers->Take(5);
  takers->Take(5);
  takers->Abandon(5);
  CHECK(takers->FinishAbandoned());
  CHECK(takers->FinishAbandoned());
  CHECK_FALSE(takers->FinishAbandoned());
}

}  // namespace heddle::test
