#include "core/segment.h"

#include <cerrno>

#include "core/family_cells.h"
#include "core/segment_tracker.h"
#include "core/segment_users.h"
#include "os/random.h"
#include "os/segment.h"

namespace heddle::core {
namespace {

uint32_t RandomNumber() {
  uint32_t number = 0;
  while (number == 0) os::RandomBytes(&number, sizeof number);
  return number;
}

/// CPython's: "psm_" and four random bytes in hexadecimal.
std::string NameOf(uint32_t number) {
  std::string name = "psm_";
  for (int shift = 28; shift >= 0; shift -= 4) name += "0123456789abcdef"[number >> shift & 15];
  return name;
}

constexpr uint8_t kCellKind = 16;

/// The cell of a segment that several processes know.
struct SegmentCell {
  using Opener = std::atomic<uint64_t>;
  static constexpr size_t kOpeners = 5;

  WaitWord unused;
  std::atomic<uint64_t> identity;
  std::atomic<uint32_t> name;
  std::atomic<uint32_t> track;  ///< Whether who names it shall track it.
  Opener openers[kOpeners];

  static uint64_t OpenerOf(uint32_t place, int descriptor) {
    return uint64_t{place + 1} << 32 | static_cast<uint32_t>(descriptor);
  }
  /// Where there is no room, the others are enough.
  void Add(uint64_t opener) {
    for (Opener& place : openers) {
      uint64_t nobody = 0;
      if (place.compare_exchange_strong(nobody, opener)) return;
    }
  }
  bool Replace(uint64_t opener, uint64_t by) {
    for (Opener& place : openers) {
      uint64_t found = opener;
      if (place.compare_exchange_strong(found, by)) return true;
    }
    return false;
  }
  /// Whether somebody has it open who is not about to close it.
  bool HasOther(const FamilyProcesses& processes) const {
    for (const Opener& place : openers) {
      uint64_t opener = place.load();
      if (opener != 0 && !(opener & kClosing) && processes.IsThere(PlaceOf(opener))) return true;
    }
    return false;
  }
  static constexpr uint64_t kClosing = uint64_t{1} << 63;
  static uint32_t PlaceOf(uint64_t opener) {
    return static_cast<uint32_t>((opener & ~kClosing) >> 32) - 1;
  }
};
static_assert(sizeof(SegmentCell) == sizeof(Cell));

/// What this process has closed, but must keep open for others.
struct Kept {
  Offset cell;
  int descriptor;
  FamilyProcesses::Holding* holding;
};

/// Closes it, unless somebody else may yet have to open it through us.
bool PutAway(const Kept& kept) {
  Family& family = *Family::Current();
  auto* cell = family.At<SegmentCell>(kept.cell);
  uint64_t self = SegmentCell::OpenerOf(family.processes().own(), kept.descriptor);
  uint64_t closing = self | SegmentCell::kClosing;
  // Marked before we look: of two that close it at once, at least one sees that it is the last.
  bool listed = cell->Replace(self, closing);
  bool wanted = FamilyCells(family).Holders(kept.cell) > 1;
  if (wanted && !cell->HasOther(family.processes())) {
    if (!listed || !cell->Replace(closing, self)) cell->Add(self);
    return false;
  }
  if (listed) cell->Replace(closing, 0);
  FamilyProcesses::Note(kept.holding, 0);
  FamilyCells(family).Release(kept.cell);
  family.processes().LetGo(kept.holding);
  EndUse(kept.descriptor);
  os::CloseDescriptor(kept.descriptor);
  return true;
}

struct KeptSegments {
  std::mutex mutex;
  std::vector<Kept> all;
};

KeptSegments& TheKept() {
  static auto* kept = new KeptSegments;
  return *kept;
}

/// Whenever the process has to do with segments.
void CloseUnwanted() {
  KeptSegments& kept = TheKept();
  std::lock_guard guard(kept.mutex);
  std::erase_if(kept.all, PutAway);
}

void PutAwayOrKeep(Kept segment) {
  {
    KeptSegments& kept = TheKept();
    std::lock_guard guard(kept.mutex);
    kept.all.push_back(segment);
  }
  CloseUnwanted();
}

}  // namespace

os::Result<Ref<Segment>> Segment::Make(os::Result<int> descriptor, std::string name, bool track) {
  if (!descriptor.ok()) return descriptor.failure();
  // As large as the system made it, which may be more than was asked for.
  os::Result<size_t> size = os::SegmentSize(descriptor.value());
  if (!size.ok()) {
    os::CloseDescriptor(descriptor.value());
    return size.failure();
  }
  CloseUnwanted();
  os::Result<bool> used = BeginUse(descriptor.value());
  if (!used.ok()) {
    os::CloseDescriptor(descriptor.value());
    return used.failure();
  }
  if (track && !name.empty()) {
    TrackSegment(name, os::SegmentIdentity(descriptor.value()).value());
  }
  return Ref<Segment>::Adopt(new Segment(descriptor.value(), size.value(), std::move(name), track));
}

os::Result<Ref<Segment>> Segment::Create(const std::string& name, size_t size, bool track) {
  return Make(os::CreateSegment(name, size), name, track);
}

os::Result<Ref<Segment>> Segment::CreateUnnamed(size_t size, bool track) {
  os::Result<int> descriptor = os::CreateUnnamedSegment(size);
  if (descriptor.ok() || descriptor.failure().error != ENOTSUP) {
    return Make(std::move(descriptor), "", track);
  }
  for (;;) {
    os::Result<Ref<Segment>> named = Create(NameOf(RandomNumber()), size, track);
    if (named.ok() || named.failure().error != EEXIST) return named;
  }
}

os::Result<Ref<Segment>> Segment::Open(const std::string& name) {
  return Make(os::OpenSegment(name), name, false);
}

os::Result<Ref<Segment>> Segment::Adopt(Offset offset, FamilyProcesses::Holding* holding) {
  Family& family = *Family::Current();
  auto* cell = family.At<SegmentCell>(offset);
  os::Failure failure{ENOENT, "open"};
  for (SegmentCell::Opener& place : cell->openers) {
    uint64_t opener = place.load();
    if (opener == 0) continue;
    int64_t process = family.processes().PidOf(SegmentCell::PlaceOf(opener));
    os::Result<int> opened = os::OpenSegmentOf(process, static_cast<int>(opener & 0xffff'ffff));
    if (!opened.ok()) {
      failure = opened.failure();
      continue;
    }
    // The other one may have closed it just now, and its number is something else's.
    os::Result<uint64_t> identity = os::SegmentIdentity(opened.value());
    if (!identity.ok() || identity.value() != cell->identity.load()) {
      os::CloseDescriptor(opened.value());
      continue;
    }
    os::Result<Ref<Segment>> made =
        Make(opened.value(), os::SegmentName(opened.value()), /*track=*/false);
    if (!made.ok()) {
      failure = made.failure();
      break;
    }
    Segment& segment = *made.value();
    segment.cell_ = offset;
    segment.track_ = cell->track.load() != 0;
    segment.holding_ = holding;
    cell->Add(SegmentCell::OpenerOf(family.processes().own(), segment.descriptor_));
    return made;
  }
  FamilyProcesses::Note(holding, 0);
  FamilyCells(family).Release(offset);
  family.processes().LetGo(holding);
  return failure;
}

void Segment::ForgetOpeners(Family& family, uint32_t place) {
  FamilyCells(family).ForEach(kCellKind, [&](Cell& cell, Offset) {
    for (SegmentCell::Opener& opener : reinterpret_cast<SegmentCell&>(cell).openers) {
      uint64_t seen = opener.load();
      if (seen != 0 && SegmentCell::PlaceOf(seen) == place) opener.compare_exchange_strong(seen, 0);
    }
  });
}

void Segment::ForgetKept() {
  KeptSegments& kept = TheKept();
  std::lock_guard guard(kept.mutex);
  for (const Kept& segment : kept.all) os::CloseDescriptor(segment.descriptor);
  kept.all.clear();
}

Segment::~Segment() { PutDescriptorAway(); }

void Segment::PutDescriptorAway() {
  if (descriptor_ < 0) return;
  if (cell_ == 0) {
    EndUse(descriptor_);
    os::CloseDescriptor(descriptor_);
  } else if (!Family::Current()->processes().Owns(holding_)) {
    // In a copy of the process: others open it by way of the original.
    EndUse(descriptor_);
    os::CloseDescriptor(descriptor_);
  } else {
    PutAwayOrKeep({cell_, descriptor_, holding_});
  }
  descriptor_ = -1;
  cell_ = 0;
  holding_ = nullptr;
}

void Segment::Close() {
  std::lock_guard guard(mutex_);
  // Nobody but its one holder makes another. What has no name could not be opened again.
  if (holders() == 1 && (unlinked_ || !name_.empty())) PutDescriptorAway();
}

os::Result<bool> Segment::Reopen() {
  if (descriptor_ >= 0) return true;
  os::Failure gone{ENOENT, "shm_open"};
  if (unlinked_) return gone;
  os::Result<int> opened = os::OpenSegment(name_);
  if (!opened.ok()) return opened.failure();
  os::Result<size_t> size = os::SegmentSize(opened.value());
  // Another one may have the name by now.
  if (!size.ok() || size.value() != size_ || !BeginUse(opened.value()).ok()) {
    os::CloseDescriptor(opened.value());
    return gone;
  }
  descriptor_ = opened.value();
  return true;
}

os::Result<uint64_t> Segment::SharedName() {
  std::lock_guard guard(mutex_);
  os::Result<bool> open = Reopen();
  if (!open.ok()) return open.failure();
  if (cell_ == 0) {
    os::Result<Family*> found = Family::Get();
    if (!found.ok()) return found.failure();
    Family& family = *found.value();
    os::Result<uint64_t> identity = os::SegmentIdentity(descriptor_);
    if (!identity.ok()) return identity.failure();
    FamilyProcesses::Holding* holding = family.processes().Hold();
    os::Result<CellPlace> place = FamilyCells(family).Allocate(kCellKind);
    if (!place.ok()) {
      family.processes().LetGo(holding);
      return place.failure();
    }
    cell_ = family.OffsetOf(place.value().cell);
    holding_ = holding;
    FamilyProcesses::Note(holding_, cell_ | static_cast<uint64_t>(kind()));
    auto* cell = family.At<SegmentCell>(cell_);
    cell->identity.store(identity.value());
    cell->track.store(track_ ? 1 : 0);
    cell->Add(SegmentCell::OpenerOf(family.processes().own(), descriptor_));
  }
  return cell_ | static_cast<uint64_t>(kind());
}

os::Result<bool> Segment::Link() {
  uint32_t number = RandomNumber();
  bool chosen_here = true;
  std::atomic<uint32_t>* agreed = nullptr;
  if (cell_ != 0) {
    // All processes call it the same, whoever names it first.
    agreed = &Family::Current()->At<SegmentCell>(cell_)->name;
    uint32_t none = 0;
    chosen_here = agreed->compare_exchange_strong(none, number);
    if (!chosen_here) number = none;
  }
  std::string name = NameOf(number);
  // Tracked before it exists: whoever is killed in between leaves nothing.
  if (track_) {
    os::Result<uint64_t> identity = os::SegmentIdentity(descriptor_);
    if (!identity.ok()) return identity.failure();
    TrackSegment(name, identity.value());
  }
  os::Result<bool> linked = os::NameSegment(descriptor_, name);
  bool taken = !linked.ok() && linked.failure().error == EEXIST;
  if (linked.ok() || (taken && !chosen_here)) {
    name_ = name;
    return true;
  }
  if (track_) ForgetSegment(name);
  if (!taken) return linked;
  if (agreed != nullptr) agreed->store(0);
  return false;
}

os::Result<std::string> Segment::Name() {
  std::lock_guard guard(mutex_);
  if (name_.empty() && unlinked_) name_ = NameOf(RandomNumber());  // Gone before anybody knew it.
  while (name_.empty()) {  // Until it is none that somebody else has.
    os::Result<bool> linked = Link();
    if (!linked.ok()) return linked.failure();
  }
  return name_;
}

os::Result<bool> Segment::Unlink() {
  std::lock_guard guard(mutex_);
  if (unlinked_) return os::Failure{ENOENT, "shm_unlink"};
  if (!name_.empty()) {
    os::Result<bool> unlinked = os::UnlinkSegment(name_);
    // Where another process was faster, the name may soon be another segment's: forget it, too.
    if (unlinked.ok() || unlinked.failure().error == ENOENT) ForgetSegment(name_);
    if (!unlinked.ok()) return unlinked;
  }
  unlinked_ = true;
  return true;
}

os::Result<os::Mapping> Segment::Map() {
  std::lock_guard guard(mutex_);
  os::Result<bool> open = Reopen();
  if (!open.ok()) return open.failure();
  return os::MapDescriptor(descriptor_, size_);
}

}  // namespace heddle::core
