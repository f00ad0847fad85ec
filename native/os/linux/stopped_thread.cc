#include "os/linux/stopped_thread.h"

#include <linux/futex.h>
#include <sys/syscall.h>

#include <cerrno>

namespace heddle::os {

#if defined(__x86_64__)

namespace {

constexpr uintptr_t kPage = 4096;

/// `address` is that of code, or a little before or after.
bool IsSystemCall(uintptr_t code, uintptr_t address) {
  // The next page may not be there.
  if (address / kPage != code / kPage || (address + 1) / kPage != code / kPage) return false;
  auto* bytes = reinterpret_cast<const unsigned char*>(address);
  return bytes[0] == 0x0f && bytes[1] == 0x05;
}

bool HasMadeCall(const greg_t* registers) {
  auto next = static_cast<uintptr_t>(registers[REG_RIP]);
  return IsSystemCall(next, next - 2);
}

/// Where it is to be made again, the kernel has put the thread back before it.
bool IsBeforeCall(const greg_t* registers) {
  auto next = static_cast<uintptr_t>(registers[REG_RIP]);
  return IsSystemCall(next, next);
}

}  // namespace

bool StoppedThread::IsAtSystemCall() const {
  const greg_t* registers = state_.uc_mcontext.gregs;
  return HasMadeCall(registers) || IsBeforeCall(registers);
}

bool StoppedThread::IsWaiting() const {
  const greg_t* registers = state_.uc_mcontext.gregs;
  if (HasMadeCall(registers)) return registers[REG_RAX] == -EINTR;
  if (!IsBeforeCall(registers)) return false;
  // As glibc waits for its locks, and nothing else does.
  bool is_lock = registers[REG_RAX] == SYS_futex &&
                 (registers[REG_RSI] & FUTEX_CMD_MASK) == FUTEX_WAIT && registers[REG_RDX] == 2;
  return !is_lock;
}

bool StoppedThread::HasAddressIn(uintptr_t begin, size_t bytes) const {
  for (greg_t value : state_.uc_mcontext.gregs) {
    if (static_cast<uintptr_t>(value) - begin < bytes) return true;
  }
  return false;
}

#else

bool StoppedThread::IsAtSystemCall() const { return static_cast<void>(state_), false; }
bool StoppedThread::IsWaiting() const { return false; }
bool StoppedThread::HasAddressIn(uintptr_t, size_t) const { return false; }

#endif

}  // namespace heddle::os
