#include "core/notice_board.h"

#include "support.h"

namespace heddle::test {

TEST_CASE("notice board: the last notice of a topic stays, with what goes with it") {
  std::atomic<int> alive{0};
  auto notice = [&](const char* text) {
    core::Notice made;
    made.text = text;
    made.resources.push_back(core::Ref<core::Resource>::Adopt(Counted::Make(alive).Leak()));
    return made;
  };
  uint32_t before = core::NoticeCount();
  CHECK(core::PutNotice(0, notice("first")) == before + 1);
  CHECK(core::PutNotice(1, notice("other")) == before + 2);
  CHECK(core::NoticeCount() == before + 2);
  CHECK(core::LastNotice(0).text == "first");
  CHECK(alive.load() == 2);
  CHECK(core::PutNotice(0, notice("second")) == before + 3);
  CHECK(core::LastNotice(0).text == "second");
  CHECK(core::LastNotice(1).number == before + 2);
  CHECK(alive.load() == 2);
  core::PutNotice(0, {});
  core::PutNotice(1, {});
  CHECK(alive.load() == 0);
  CHECK(core::PutNotice(core::kTopics, {}) == 0);
}

TEST_CASE("notice board: whoever sees the count finds the notice") {
  uint32_t before = core::NoticeCount();
  Together(4, [&](int index) {
    for (int round = 0; round < Soak(200); ++round) {
      if (index == 0) core::PutNotice(0, {});
      uint32_t count = core::NoticeCount();
      if (count > before) CHECK(core::LastNotice(0).number >= count);
    }
  });
}

}  // namespace heddle::test
