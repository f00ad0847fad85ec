#include "os/linux/fork_rings.h"

#include <linux/io_uring.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "os/linux/proc_self.h"

namespace heddle::os {
namespace {

int SetUp(unsigned entries, io_uring_params* parameters) {
  *parameters = {};
  // Closed on exec, as the kernel makes them.
  return static_cast<int>(syscall(SYS_io_uring_setup, entries, parameters));
}

/// Where the counters stand in a ring's memory, which is the same for all of a kernel's. Null if it
/// makes none.
const io_uring_params* Layout() {
  static io_uring_params layout;
  static bool known = false;
  if (!known) {
    int ring = SetUp(1, &layout);
    if (ring < 0) return nullptr;
    close(ring);
    known = true;
  }
  return &layout;
}

/// As many as libuv asks for.
constexpr unsigned kEntries = 256;

size_t WholePages(size_t bytes) {
  auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

void* MapAnywhere(int ring, size_t bytes, uint64_t offset) {
  return mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring,
              static_cast<off_t>(offset));
}

bool HasKernelThread(Scratch& scratch, int descriptor) {
  const char* text = DescriptorInformation(scratch, descriptor);
  const char* thread = text != nullptr ? std::strstr(text, "SqThread:") : nullptr;
  return text == nullptr || (thread != nullptr && std::strtol(thread + 9, nullptr, 10) > 0);
}

/// libuv asks for no table of requests where the kernel does without. In one made with it each
/// stands in its own place, which comes to the same.
bool FillTable(int ring, const io_uring_params& made) {
  size_t bytes = made.sq_off.array + made.sq_entries * sizeof(unsigned);
  void* queues = MapAnywhere(ring, bytes, IORING_OFF_SQ_RING);
  if (queues == MAP_FAILED) return false;
  auto* table = reinterpret_cast<unsigned*>(static_cast<char*>(queues) + made.sq_off.array);
  for (unsigned i = 0; i < made.sq_entries; ++i) table[i] = i;
  munmap(queues, bytes);
  return true;
}

/// All free addresses above one, as long as it lives. A ring cannot be mapped at a given address:
/// the kernel takes the highest that is free, and now has only what is given back meanwhile.
class HighAddresses {
 public:
  explicit HighAddresses(uintptr_t above) {
    size_t least = WholePages(1);
    for (size_t bytes = size_t{1} << 46; bytes >= least;) {
      void* at =
          mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      bool is_high = at != MAP_FAILED && reinterpret_cast<uintptr_t>(at) >= above;
      if (is_high && taken_.Add({at, bytes})) continue;
      if (at != MAP_FAILED) munmap(at, bytes);
      bytes /= 2;
    }
  }
  ~HighAddresses() {
    for (const Range& range : taken_) munmap(range.at, range.bytes);
  }
  HighAddresses(const HighAddresses&) = delete;
  HighAddresses& operator=(const HighAddresses&) = delete;

 private:
  struct Range {
    void* at;
    size_t bytes;
  };

  ScratchList<Range> taken_;
};

}  // namespace

/// What a ring has mapped once more, for a look.
class Look {
 public:
  Look(int ring, uint64_t offset, size_t bytes)
      : bytes_(bytes), at_(MapAnywhere(ring, bytes, offset)) {}
  ~Look() {
    if (is_there()) munmap(at_, bytes_);
  }
  Look(const Look&) = delete;
  Look& operator=(const Look&) = delete;

  bool is_there() const { return at_ != MAP_FAILED; }
  unsigned Number(unsigned offset) const {
    return *reinterpret_cast<volatile unsigned*>(static_cast<char*>(at_) + offset);
  }
  /// A place where nothing is while the ring is idle.
  volatile uint64_t& Word(unsigned offset) const {
    return *reinterpret_cast<volatile uint64_t*>(static_cast<char*>(at_) + offset);
  }

 private:
  size_t bytes_;
  void* at_;
};

bool RuntimeRings::Find(const Look& look, uint64_t offset, unsigned word, Part* found) const {
  const uint64_t before = look.Word(word);
  const uint64_t sign = ~before ^ reinterpret_cast<uintptr_t>(&look);
  look.Word(word) = sign;
  int count = 0;
  for (const Part& part : parts_) {
    if (part.offset != offset || *reinterpret_cast<volatile uint64_t*>(part.from + word) != sign) {
      continue;
    }
    *found = part;
    ++count;
  }
  look.Word(word) = before;
  return count == 1;
}

RuntimeRings::State RuntimeRings::StateOf(Ring& ring, Scratch& scratch) const {
  const io_uring_params* layout = Layout();
  if (layout == nullptr || !CanRenew() || HasKernelThread(scratch, ring.descriptor)) {
    return State::kUnrenewable;
  }
  const io_sqring_offsets& sq = layout->sq_off;
  const io_cqring_offsets& cq = layout->cq_off;
  // libuv's have a table behind that, or none.
  const size_t least = cq.cqes + 2 * kEntries * sizeof(io_uring_cqe);
  const size_t most = least + kEntries * sizeof(unsigned);
  const size_t request_bytes = WholePages(kEntries * sizeof(io_uring_sqe));
  Look queues(ring.descriptor, IORING_OFF_SQ_RING, WholePages(least));
  Look requests(ring.descriptor, IORING_OFF_SQES, request_bytes);
  if (!queues.is_there() || !requests.is_there() || queues.Number(sq.ring_mask) != kEntries - 1 ||
      queues.Number(cq.ring_mask) != 2 * kEntries - 1) {
    return State::kUnrenewable;
  }
  if (queues.Number(sq.head) != queues.Number(sq.tail) ||
      queues.Number(cq.head) != queues.Number(cq.tail)) {
    return State::kBusy;
  }
  if (!Find(queues, IORING_OFF_SQ_RING, cq.cqes, &ring.queues) ||
      !Find(requests, IORING_OFF_SQES, 0, &ring.requests)) {
    return State::kUnrenewable;
  }
  bool is_usual = ring.queues.bytes >= WholePages(least) && ring.queues.bytes <= WholePages(most) &&
                  ring.requests.bytes == request_bytes;
  return is_usual ? State::kIdle : State::kUnrenewable;
}

RuntimeRings::State RuntimeRings::Read(bool is_last) {
  if (count() == 0) return State::kIdle;
  bool has_room = true;
  bool listed = ForEachMapping([&](const Mapping& mapping) {
    if (std::strcmp(mapping.name, "anon_inode:[io_uring]") != 0) return;
    has_room = parts_.Add({mapping.from, mapping.to - mapping.from, mapping.offset}) && has_room;
  });
  if (!listed || !has_room) return State::kUnrenewable;
  State worst = State::kIdle;
  Scratch scratch;
  for (Ring& ring : rings_) {
    State state = StateOf(ring, scratch);
    if (state == State::kBusy && is_last) state = State::kUnrenewable;
    if (state == State::kUnrenewable) ring.descriptor = -1;
    if (state > worst) worst = state;
  }
  return worst;
}

bool RuntimeRings::IsUsedBy(const StoppedThread& thread) const {
  // At a system call it is what is left of the last use.
  if (thread.IsAtSystemCall()) return false;
  for (const Ring& ring : rings_) {
    if (ring.descriptor >= 0 && thread.HasAddressIn(ring.queues.from, ring.queues.bytes))
      return true;
  }
  return false;
}

bool RuntimeRings::MapInstead(const Part& part, int ring) {
  auto* wanted = reinterpret_cast<void*>(part.from);
  munmap(wanted, part.bytes);
  void* made = MapAnywhere(ring, part.bytes, part.offset);
  if (made == wanted) return true;
  if (made != MAP_FAILED) munmap(made, part.bytes);
  return false;
}

bool RuntimeRings::Renew() const {
  uintptr_t lowest = UINTPTR_MAX;
  for (const Ring& ring : rings_) {
    if (ring.descriptor >= 0) lowest = std::min({lowest, ring.queues.from, ring.requests.from});
  }
  if (lowest == UINTPTR_MAX) return true;
  HighAddresses taken(lowest);
  for (const Ring& ring : rings_) {
    if (ring.descriptor < 0) continue;
    io_uring_params made;
    int fresh = SetUp(kEntries, &made);
    if (fresh < 0) return false;
    bool done = FillTable(fresh, made) && MapInstead(ring.queues, fresh) &&
                MapInstead(ring.requests, fresh) && dup3(fresh, ring.descriptor, O_CLOEXEC) >= 0;
    close(fresh);
    if (!done) return false;
  }
  return true;
}

bool RuntimeRings::CanRenew() {
  static bool tried = false, can = false;
  if (tried) return can;
  tried = true;
  io_uring_params made;
  Ring ring{};
  ring.descriptor = SetUp(kEntries, &made);
  if (ring.descriptor < 0) return false;
  size_t queue_bytes = WholePages(made.cq_off.cqes + made.cq_entries * sizeof(io_uring_cqe));
  size_t request_bytes = WholePages(made.sq_entries * sizeof(io_uring_sqe));
  void* queues = MapAnywhere(ring.descriptor, queue_bytes, IORING_OFF_SQ_RING);
  void* requests = MapAnywhere(ring.descriptor, request_bytes, IORING_OFF_SQES);
  if (queues != MAP_FAILED && requests != MAP_FAILED) {
    ring.queues = {reinterpret_cast<uintptr_t>(queues), queue_bytes, IORING_OFF_SQ_RING};
    ring.requests = {reinterpret_cast<uintptr_t>(requests), request_bytes, IORING_OFF_SQES};
    RuntimeRings trial;
    can = trial.rings_.Add(ring) && trial.Renew();
  }
  if (queues != MAP_FAILED) munmap(queues, queue_bytes);
  if (requests != MAP_FAILED) munmap(requests, request_bytes);
  close(ring.descriptor);
  return can;
}

}  // namespace heddle::os
