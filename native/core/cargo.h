#pragma once

#include <cstdint>
#include <vector>

#include "core/family.h"

namespace heddle::core {

/// What a message takes with it, outside the channel's ring: allocated and held before the message
/// is put, and put away again if it was not.
class Cargo {
 public:
  /// `family`: null where the message stays in this process.
  explicit Cargo(Family* family) : family_(family) {}
  ~Cargo();
  Cargo(const Cargo&) = delete;
  Cargo& operator=(const Cargo&) = delete;

  /// Holds one more, and notes that: the message may wait for room until we are killed.
  void Hold(uint64_t name);
  /// Before the message is published: whoever is killed in between leaves a count that is too
  /// high, and no name that is let go of twice.
  void CrossOut();
  /// The message has it now.
  void Unload() {
    attachments.clear();
    blob = 0;
  }

  static void Drop(Family* family, uint64_t word);
  static void DropBlob(Family* family, uint64_t word);

  std::vector<uint64_t> attachments;  ///< Addresses, or names (shared.h).
  uint64_t blob = 0;                  ///< Its address, or its place in the family's memory.

 private:
  Family* const family_;
  std::vector<FamilyProcesses::Holding*> holdings_;
};

}  // namespace heddle::core
