#include "os/linux/fork_rings.h"

#include <linux/io_uring.h>
#include <sys/stat.h>

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

unsigned At(uintptr_t queues, unsigned offset) {
  return *reinterpret_cast<volatile unsigned*>(queues + offset);
}

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

/// Puts a part of the ring in the place of another's, while all higher addresses are taken.
bool MapInstead(uintptr_t place, size_t bytes, int ring, uint64_t offset) {
  auto* wanted = reinterpret_cast<void*>(place);
  munmap(wanted, bytes);
  void* made = MapAnywhere(ring, bytes, offset);
  if (made == wanted) return true;
  if (made != MAP_FAILED) munmap(made, bytes);
  return false;
}

}  // namespace

bool RuntimeRings::Add(int descriptor) {
  struct stat status;
  Ring ring{};
  ring.descriptor = descriptor;
  if (fstat(descriptor, &status) < 0) return false;
  ring.inode = status.st_ino;
  return rings_.Add(ring);
}

RuntimeRings::State RuntimeRings::StateOf(const Ring& ring, Scratch& scratch) const {
  const io_uring_params* layout = Layout();
  bool has_both = ring.queues != 0 && ring.requests != 0 && ring.mappings == 2;
  if (layout == nullptr || !has_both || !CanRenew()) return State::kUnrenewable;
  if (ring.request_bytes != WholePages(ring.entries * sizeof(io_uring_sqe))) {
    return State::kUnrenewable;
  }
  if (HasKernelThread(scratch, ring.descriptor)) return State::kUnrenewable;
  auto same = [&](unsigned head, unsigned tail) {
    return At(ring.queues, head) == At(ring.queues, tail);
  };
  bool is_idle = same(layout->sq_off.head, layout->sq_off.tail) &&
                 same(layout->cq_off.head, layout->cq_off.tail);
  return is_idle ? State::kIdle : State::kBusy;
}

RuntimeRings::State RuntimeRings::Read(bool is_last) {
  if (rings_.begin() == rings_.end()) return State::kIdle;
  ForEachMapping([&](const Mapping& mapping) {
    if (std::strcmp(mapping.name, "anon_inode:[io_uring]") != 0) return;
    for (Ring& ring : rings_) {
      if (ring.inode != mapping.inode) continue;
      bool is_queues = mapping.offset == IORING_OFF_SQ_RING;
      (is_queues ? ring.queues : ring.requests) = mapping.from;
      (is_queues ? ring.queue_bytes : ring.request_bytes) = mapping.to - mapping.from;
      ++ring.mappings;
    }
  });
  State worst = State::kIdle;
  Scratch scratch;
  for (Ring& ring : rings_) {
    if (ring.queues != 0 && Layout() != nullptr) {
      ring.entries = At(ring.queues, Layout()->sq_off.ring_mask) + 1;
    }
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
    if (ring.descriptor >= 0 && thread.HasAddressIn(ring.queues, ring.queue_bytes)) return true;
  }
  return false;
}

bool RuntimeRings::Renew() const {
  uintptr_t lowest = UINTPTR_MAX;
  for (const Ring& ring : rings_) {
    if (ring.descriptor >= 0) lowest = std::min({lowest, ring.queues, ring.requests});
  }
  if (lowest == UINTPTR_MAX) return true;
  HighAddresses taken(lowest);
  for (const Ring& ring : rings_) {
    if (ring.descriptor < 0) continue;
    io_uring_params made;
    int fresh = SetUp(ring.entries, &made);
    if (fresh < 0) return false;
    bool done = FillTable(fresh, made) &&
                MapInstead(ring.queues, ring.queue_bytes, fresh, IORING_OFF_SQ_RING) &&
                MapInstead(ring.requests, ring.request_bytes, fresh, IORING_OFF_SQES) &&
                dup3(fresh, ring.descriptor, O_CLOEXEC) >= 0;
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
  ring.entries = 256;
  ring.descriptor = SetUp(ring.entries, &made);
  if (ring.descriptor < 0) return false;
  ring.queue_bytes = WholePages(made.cq_off.cqes + made.cq_entries * sizeof(io_uring_cqe));
  ring.request_bytes = WholePages(made.sq_entries * sizeof(io_uring_sqe));
  void* queues = MapAnywhere(ring.descriptor, ring.queue_bytes, IORING_OFF_SQ_RING);
  void* requests = MapAnywhere(ring.descriptor, ring.request_bytes, IORING_OFF_SQES);
  ring.queues = reinterpret_cast<uintptr_t>(queues);
  ring.requests = reinterpret_cast<uintptr_t>(requests);
  if (queues != MAP_FAILED && requests != MAP_FAILED) {
    RuntimeRings trial;
    can = trial.rings_.Add(ring) && trial.Renew();
  }
  if (queues != MAP_FAILED) munmap(queues, ring.queue_bytes);
  if (requests != MAP_FAILED) munmap(requests, ring.request_bytes);
  close(ring.descriptor);
  return can;
}

}  // namespace heddle::os
