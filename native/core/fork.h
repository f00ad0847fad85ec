#pragma once

#include <cstdint>

#include "core/family.h"
#include "os/fork_process.h"
#include "os/result.h"

namespace heddle::core {

/// What is done about things that processes share when this process is copied whole
/// (os/fork_process.h) to be a member of the family: the copy has our objects, but is counted as a
/// holder of its own of all that they hold, under its own place.
class Fork {
 public:
  /// In the parent, before: a place for the copy.
  static os::Result<Fork> Prepare();
  /// In the parent, after; 0: there is no copy.
  void Finish(int64_t pid);
  /// In the copy, when all its threads run.
  void EndChild();

  /// What is done in between, when only this thread runs.
  os::ForkHooks hooks();

 private:
  Fork(Family& family, uint32_t place) : family_(&family), place_(place) {}

  int BeginCopy();
  void BeginChild();

  Family* family_;
  uint32_t place_;
  bool is_begun_ = false;
};

}  // namespace heddle::core
