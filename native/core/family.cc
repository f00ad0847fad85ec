#include "core/family.h"

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <new>

#include "core/process_record.h"
#include "os/segment.h"

namespace heddle::core {
namespace {

/// "heddle", and the layout's version.
constexpr uint64_t kMagic = 0x686564'646c65'0001;
/// Less than was asked for, where the address space is limited.
constexpr uint64_t kFewestUnits = uint64_t{1} << 12;

std::atomic<Family*> g_family{nullptr};
std::mutex g_founding;

}  // namespace

size_t Family::Begin(uint64_t unit_count) {
  size_t used = sizeof(Header) + unit_count * sizeof(uint32_t);
  return (used + kUnit - 1) / kUnit * kUnit;
}

Family::Family(os::Mapping memory, int descriptor)
    : memory_(memory),
      descriptor_(descriptor),
      units_(Begin(reinterpret_cast<Header*>(memory.base)->unit_count)),
      processes_(*this, reinterpret_cast<Header*>(memory.base)->processes) {}

Family* Family::Current() { return g_family.load(std::memory_order_acquire); }

os::Result<Family*> Family::Get(uint64_t most_units) {
  if (Family* family = Current()) return family;
  std::lock_guard guard(g_founding);
  if (Family* family = Current()) return family;
  return Found(most_units);
}

os::Result<Family*> Family::Found(uint64_t most_units) {
  for (uint64_t units = most_units;; units /= 2) {
    int descriptor = -1;
    os::Result<os::Mapping> memory = os::MapShared(Begin(units) + units * kUnit, &descriptor);
    if (!memory.ok()) {
      if (units <= kFewestUnits) return memory.failure();
      continue;
    }
    auto* header = new (memory.value().base) Header;
    header->unit_count = units;
    header->magic = kMagic;
    auto* family = new Family(memory.value(), descriptor);
    family->processes_.Enter(family->processes_.Reserve(0).value());
    return Enter(family);
  }
}

os::Result<Family*> Family::Join(int descriptor, uint32_t place) {
  // Whatever this process has shared already would be lost.
  if (Current() != nullptr) return os::Failure{EALREADY, "heddle"};
  os::Result<size_t> size = os::SegmentSize(descriptor);
  if (!size.ok()) return size.failure();
  os::Result<os::Mapping> memory = os::MapDescriptor(descriptor, size.value());
  if (!memory.ok()) return memory.failure();
  auto* header = reinterpret_cast<Header*>(memory.value().base);
  if (size.value() < sizeof(Header) || header->magic != kMagic) {
    os::Unmap(memory.value());
    return os::Failure{EPROTO, "mmap"};
  }
  auto* family = new Family(memory.value(), descriptor);
  if (!family->processes_.Enter(place)) {
    delete family;
    os::Unmap(memory.value());
    return os::Failure{ESRCH, "heddle"};
  }
  return Enter(family);
}

Family* Family::Enter(Family* family) {
  g_family.store(family, std::memory_order_release);
  // Before anybody hears of a child's end, its locks are marked.
  SetOnProcessEnd([](int64_t pid) { Current()->processes().BuryChild(pid); });
  return family;
}

bool Family::IsFree(uint64_t from, uint64_t count) const {
  for (uint64_t unit = from; unit < from + count; ++unit) {
    if (owners()[unit].load(std::memory_order_relaxed) != 0) return false;
  }
  return true;
}

os::Result<Offset> Family::Allocate(size_t size, uint32_t owner) {
  uint64_t count = std::max<uint64_t>(size / kUnit + (size % kUnit != 0), 1);
  Header& shared = header();
  // Whoever died in there has marked some units as his own: they are freed with all that is his.
  shared.guard.Lock();
  uint64_t all = shared.unit_count;
  uint64_t from = shared.next.load(std::memory_order_relaxed);
  uint64_t looked = 0;
  for (; looked <= all; ++looked, ++from) {
    if (from + count > all) from = 0;
    if (count <= all && IsFree(from, count)) break;
  }
  if (looked > all) {
    shared.guard.Unlock();
    return os::Failure{ENOMEM, "heddle"};
  }
  if (from + count > shared.end.load()) shared.end.store(from + count);
  for (uint64_t unit = from; unit < from + count; ++unit) owners()[unit].store(owner);
  shared.next.store(from + count);
  shared.guard.Unlock();
  return units_ + from * kUnit;
}

void Family::Pass(Offset place, size_t size, uint32_t owner) {
  for (Offset at = place; at < place + size; at += kUnit) owners()[UnitOf(at)].store(owner);
}

void Family::Free(Offset place, size_t size) {
  size_t whole = (size + kUnit - 1) / kUnit * kUnit;
  // Zeroed while it is still ours.
  os::GiveBack({memory_.base + place, whole});
  header().guard.Lock();
  uint64_t first = UnitOf(place);
  for (uint64_t unit = first; unit < first + whole / kUnit; ++unit) owners()[unit].store(0);
  // Used again soon, so that memory stays dense.
  if (first < header().next.load()) header().next.store(first);
  header().guard.Unlock();
}

}  // namespace heddle::core
