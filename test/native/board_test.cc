#include "core/board.h"

#include <cstring>

#include "support.h"

namespace heddle::test {

TEST_CASE("board: entries are read by number, and unknown numbers are none") {
  auto board = core::Board::Create();
  CHECK(board->At(0) == nullptr);
  CHECK(board->Add("abc", 3) == 0);
  CHECK(board->Add("", 0) == 1);
  REQUIRE(board->At(0) != nullptr);
  CHECK(std::memcmp(board->At(0)->data(), "abc", 3) == 0);
  CHECK(board->At(1)->empty());
  CHECK(board->At(2) == nullptr);
}

TEST_CASE("board: an entry stays where it is while others are added") {
  auto board = core::Board::Create();
  const int entries = Soak(2000);
  std::atomic<int> wrong{0};
  Together(4, [&](int number) {
    std::vector<std::pair<uint32_t, const std::vector<std::byte>*>> mine;
    for (int i = 0; i < entries; ++i) {
      std::string text = std::to_string(number) + ":" + std::to_string(i);
      uint32_t at = board->Add(text.data(), text.size());
      mine.emplace_back(at, board->At(at));
    }
    for (int i = 0; i < entries; ++i) {
      std::string text = std::to_string(number) + ":" + std::to_string(i);
      auto [at, entry] = mine[static_cast<size_t>(i)];
      bool same = board->At(at) == entry && entry->size() == text.size() &&
                  std::memcmp(entry->data(), text.data(), text.size()) == 0;
      if (!same) ++wrong;
    }
  });
  CHECK(wrong == 0);
}

}  // namespace heddle::test
