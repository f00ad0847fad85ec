#include "core/order_key.h"

#include <limits>

#include "support.h"

namespace heddle::test {
namespace {

using core::AreOrdered;
using core::KeyConflict;
using core::KeyTag;
using core::NumberKey;

std::string Tag(KeyTag tag) { return std::string(1, static_cast<char>(tag)); }
std::string Text(const std::string& text) {
  return Tag(KeyTag::kString) + text + std::string(1, '\0');
}
std::string Array(const std::string& elements) {
  return Tag(KeyTag::kArray) + elements + Tag(KeyTag::kEnd);
}

}  // namespace

TEST_CASE("order key: bytes of numbers compare as the numbers") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  double numbers[] = {
      -kInfinity, -1e300, -2, -1.5, -1,    -1e-300,   0,
      5e-324,     0.5,    1,  2,    1e300, kInfinity, std::numeric_limits<double>::quiet_NaN()};
  for (size_t i = 1; i < std::size(numbers); ++i) {
    CAPTURE(i);
    CHECK(NumberKey(numbers[i - 1]) < NumberKey(numbers[i]));
  }
  CHECK(NumberKey(-0.0) == NumberKey(0.0));
  CHECK(NumberKey(-std::numeric_limits<double>::quiet_NaN()) ==
        NumberKey(std::numeric_limits<double>::quiet_NaN()));
}

TEST_CASE("order key: values of one kind are ordered") {
  KeyConflict conflict;
  CHECK(AreOrdered(NumberKey(1), NumberKey(2), &conflict));
  CHECK(AreOrdered(NumberKey(1), NumberKey(1), &conflict));
  CHECK(AreOrdered(Text("a"), Text("ab"), &conflict));
  CHECK(AreOrdered(Array(NumberKey(1)), Array(NumberKey(1) + Text("x")), &conflict));
  CHECK(AreOrdered(Array(Text(std::string("a\0\xff", 3))), Array(Text("ab")), &conflict));
  // A string that goes on with 00 beside one that is followed by something.
  std::string longer = Text(std::string("a\0\xff", 3));
  CHECK(AreOrdered(Array(Text("a") + NumberKey(1)), Array(longer), &conflict));
  CHECK(AreOrdered(Array(longer), Array(Text("a") + NumberKey(1)), &conflict));
}

TEST_CASE("order key: values of two kinds are not, and where they differ is told") {
  KeyConflict conflict;
  CHECK_FALSE(AreOrdered(Text("a"), NumberKey(1), &conflict));
  CHECK(conflict.at == 0);
  CHECK(conflict.other == KeyTag::kNumber);
  std::string number = Array(NumberKey(1) + NumberKey(2));
  std::string text = Array(NumberKey(1) + Text("2"));
  CHECK_FALSE(AreOrdered(number, text, &conflict));
  CHECK(conflict.at == 1 + NumberKey(1).size());
  CHECK(conflict.other == KeyTag::kString);
}

TEST_CASE("order key: what has no order at all is ordered only by what comes before it") {
  KeyConflict conflict;
  for (KeyTag tag : {KeyTag::kNull, KeyTag::kUndefined, KeyTag::kOther}) {
    CHECK_FALSE(AreOrdered(Tag(tag), Tag(tag), &conflict));
    CHECK(conflict.at == 0);
    CHECK(conflict.other == tag);
    std::string pair = Tag(KeyTag::kArray) + NumberKey(1) + Tag(tag);
    CHECK(AreOrdered(pair, pair, &conflict));
  }
}

TEST_CASE("order key: keys that were cut, and bytes that are no key, are no harm") {
  KeyConflict conflict;
  Random random(7);
  for (int round = 0; round < Soak(20'000); ++round) {
    std::string keys[2];
    for (std::string& key : keys) {
      key.resize(1 + random.Below(24));
      for (char& byte : key) byte = static_cast<char>(random.Below(4) ? random.Below(9) : 0xff);
    }
    keys[1].replace(0, keys[0].size() / 2, keys[0], 0, keys[0].size() / 2);
    AreOrdered(keys[0], keys[1], &conflict);
  }
}

}  // namespace heddle::test
