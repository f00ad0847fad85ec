// How what was put into a channel that counts comes to be finished.
#include <algorithm>
#include <vector>

#include "core/channel_held.h"

namespace heddle::core {

bool Channel::Finish() {
  if (takers_ == nullptr) return unfinished().Done(1);
  Held held(*this);
  if (unfinished().Count() == 0) return takers_->FinishAbandoned();
  takers_->Finish(family_->processes().own());
  return unfinished().Done(1);
}

bool Channel::RetainIfHeld(Family& family, Offset place) {
  std::atomic<uint32_t>& count = family.At<State>(place)->holders;
  uint32_t holders = count.load();
  do {
    if (holders == 0 || (holders & kReleasing)) return false;
  } while (!count.compare_exchange_weak(holders, holders + 1));
  return true;
}

void Channel::FinishLeft(Family& family, uint32_t dead) {
  std::vector<Offset> counting;
  family.ForEachUnit([&](Offset unit, uint32_t owner) {
    if (owner != family.OwnedByChannel(unit)) return;
    if (family.At<State>(unit)->counts) counting.push_back(unit);
  });
  for (Offset place : counting) {
    FamilyProcesses::Holding* holding = family.processes().Hold();
    // The last holder may be freeing it: only while it is not freed its count can be touched.
    bool retained = family.IfOwned(place, family.OwnedByChannel(place),
                                   [&] { return RetainIfHeld(family, place); });
    if (!retained) {
      family.processes().LetGo(holding);
      continue;
    }
    FamilyProcesses::Note(holding, place | static_cast<uint64_t>(Kind::kChannel));
    Ref<Channel> channel = Adopt(place, holding);
    if (channel->takers_ != nullptr) channel->FinishTakenBy(dead);
  }
}

void Channel::FinishTakenBy(uint32_t dead) {
  // Also where it had taken nothing: if it was killed inside, this repairs the count, which nobody
  // else might do, for who waits until all is finished looks at that alone.
  Held held(*this);
  uint32_t left = std::min(takers_->Abandon(dead), unfinished().Count());
  if (left != 0) unfinished().Done(left);
}

}  // namespace heddle::core
