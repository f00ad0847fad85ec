#include "core/takers.h"

namespace heddle::core {

bool Takers::Lower(Count& count) {
  uint32_t seen = count.load(std::memory_order_relaxed);
  if (seen == 0) return false;
  count.store(seen - 1);
  return true;
}

bool Takers::TakeFinished() { return Lower(early_); }

void Takers::Finish(uint32_t place) {
  if (Lower(taken_[place])) return;
  for (Count& taken : taken_) {
    if (Lower(taken)) return;
  }
  Raise(early_);
}

uint32_t Takers::Abandon(uint32_t place) {
  uint32_t lost = taken_[place].load();
  // First: who is killed in between lets the next one count some twice here, which at worst makes
  // a wrong FinishAbandoned pass.
  if (lost != 0) abandoned_.store(abandoned_.load() + lost);
  taken_[place].store(0);
  return lost;
}

bool Takers::FinishAbandoned() { return Lower(abandoned_); }

uint64_t Takers::Unfinished(uint64_t queued) {
  uint64_t sum = queued;
  for (Count& taken : taken_) sum += taken.load(std::memory_order_relaxed);
  if (early_.load() > sum) early_.store(static_cast<uint32_t>(sum));
  return sum - early_.load();
}

}  // namespace heddle::core
