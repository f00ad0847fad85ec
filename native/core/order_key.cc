#include "core/order_key.h"

#include <algorithm>
#include <bit>

namespace heddle::core {
namespace {

constexpr size_t kDouble = 8;
constexpr size_t kLength = 4;

/// The length of what follows a number's double.
size_t LengthOfRest(std::string_view key, size_t at) {
  if (at >= key.size() || key[at] == 0) return 1;
  uint32_t length = 0;
  for (size_t i = 1; i <= kLength && at + i < key.size(); ++i) {
    length = length << 8 | static_cast<uint8_t>(key[at + i]);
  }
  return 1 + kLength + (key[at] == 1 ? length : ~length);
}

/// The place of the tag after that at `at`.
size_t Next(std::string_view key, size_t at) {
  switch (static_cast<KeyTag>(key[at])) {
    case KeyTag::kNumber:
      return at + 1 + kDouble + LengthOfRest(key, at + 1 + kDouble);
    case KeyTag::kString:
      for (size_t i = at + 1; i < key.size(); ++i) {
        if (key[i] != 0) continue;
        if (i + 1 == key.size() || key[i + 1] != '\xff') return i + 1;
        ++i;
      }
      return key.size();
    default:
      return at + 1;
  }
}

KeyTag TagAt(std::string_view key, size_t at) { return static_cast<KeyTag>(key[at]); }

}  // namespace

std::string NumberKey(double number) {
  if (number == 0) number = 0;  // Of both zeros one.
  uint64_t bits = std::bit_cast<uint64_t>(number);
  if (number != number) bits = 0x7ff8'0000'0000'0000;
  bits = bits >> 63 ? ~bits : bits | uint64_t{1} << 63;
  std::string key(1 + kDouble + 1, '\0');
  key[0] = static_cast<char>(KeyTag::kNumber);
  for (size_t i = 0; i < kDouble; ++i) key[1 + i] = static_cast<char>(bits >> (56 - 8 * i));
  return key;
}

bool AreOrdered(std::string_view key, std::string_view other, KeyConflict* conflict) {
  size_t shorter = std::min(key.size(), other.size());
  size_t differs = static_cast<size_t>(
      std::mismatch(key.begin(), key.begin() + static_cast<ptrdiff_t>(shorter), other.begin())
          .first -
      key.begin());
  if (differs == shorter) {
    if (key.empty()) return true;
    // In an array the order is that of the elements before.
    KeyTag only = TagAt(key, 0);
    if (only == KeyTag::kNumber || only == KeyTag::kString || only == KeyTag::kArray) return true;
    *conflict = {0, only};
    return false;
  }
  size_t at = 0;
  while (at < differs) at = Next(key, at);
  if (at != differs) return true;  // Inside of two values of one kind.
  KeyTag theirs = TagAt(other, at);
  if (TagAt(key, at) == KeyTag::kEnd || theirs == KeyTag::kEnd) return true;
  // A string that ends here beside one that goes on with a 00, written 00 ff.
  if (theirs > KeyTag::kOther) return true;
  *conflict = {static_cast<uint32_t>(at), theirs};
  return false;
}

}  // namespace heddle::core
