#include "core/fork.h"

#include <cerrno>

#include "core/hand_over.h"
#include "core/process_record.h"
#include "core/segment.h"
#include "core/segment_tracker.h"
#include "os/process.h"

namespace heddle::core {

os::Result<Fork> Fork::Prepare() {
  os::Result<Family*> family = Family::Get();
  if (!family.ok()) return family.failure();
  if (os::Result<bool> made = ProcessRecord::PrepareLifeline(); !made.ok()) return made.failure();
  PrepareDesk();
  FamilyProcesses& processes = family.value()->processes();
  os::Result<uint32_t> place = processes.Reserve(0);
  if (!place.ok()) return place.failure();
  return Fork(*family.value(), place.value());
}

os::ForkHooks Fork::hooks() {
  os::ForkHooks hooks;
  hooks.before = [](void* fork) { return static_cast<Fork*>(fork)->BeginCopy(); };
  hooks.in_child = [](void* fork) { static_cast<Fork*>(fork)->BeginChild(); };
  hooks.context = this;
  return hooks;
}

int Fork::BeginCopy() {
  int error = family_->processes().BeginCopy(place_);
  is_begun_ = error == 0;
  return error;
}

void Fork::Finish(int64_t pid) {
  if (is_begun_) family_->processes().EndCopy();
  if (pid != 0) {
    family_->processes().Started(place_, pid);
  } else {
    family_->processes().Bury(place_);
  }
}

void Fork::BeginChild() {
  // Our parent may have died in this moment: then somebody has put away what we were to hold.
  if (!family_->processes().EnterCopy(place_)) os::ExitNow(1);
  family_->processes().EndCopy();
  LeaveDesk();
  ProcessRecord::LeaveLifeline();
}

void Fork::EndChild() {
  ForgetLeft();
  ForgetSegments();
  Segment::ForgetKept();
}

}  // namespace heddle::core
