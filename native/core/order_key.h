#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace heddle::core {

/// By what a message is ordered: bytes that compare (memcmp, then the shorter first) as the values
/// do that they stand for. lib/queue/order-key.ts writes them:
///
///   end        01                        of an array: before every element
///   null       02
///   undefined  03
///   number     04, 8 bytes, what is left  booleans and bigints, too
///   string     05, bytes of UTF-8 in which 00 is written 00 ff, 00
///   array      06, elements, end
///   other      07                        what has no order; the key ends there
///
/// The 8 bytes are the greatest double that is not above the number: most significant byte first,
/// the sign bit turned, below zero all bits turned. What is left to it (only bigints have that) is
/// 00 for nothing; or 01, 4 bytes of length, bytes; or below all doubles 02 and the same with all
/// bits turned.
enum class KeyTag : uint8_t {
  kEnd = 1,
  kNull,
  kUndefined,
  kNumber,
  kString,
  kArray,
  kOther,
};

/// Two values that cannot be ordered: where in the keys, and what the other's is there.
struct KeyConflict {
  uint32_t at = 0;
  KeyTag other = KeyTag::kOther;
};

/// The key of a number that is no bigint.
std::string NumberKey(double number);

/// Whether the two values that first differ (or, of keys that are one value without an order,
/// those) have an order.
bool AreOrdered(std::string_view key, std::string_view other, KeyConflict* conflict);

}  // namespace heddle::core
