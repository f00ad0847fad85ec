#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "os/result.h"

namespace heddle::os {

inline constexpr int kSignalKill = 9;
inline constexpr int kSignalTerminate = 15;

struct SpawnRequest {
  /// What the child finds under the number `child` is our `here`.
  struct Descriptor {
    int child;
    int here;
  };

  std::string file;                    ///< Without a slash it is looked for in the child's PATH.
  std::vector<std::string> arguments;  ///< Begin with the program's name.
  /// "NAME=value" each; our own if left out, which nobody may change at the same time.
  std::optional<std::vector<std::string>> environment;
  std::string directory;  ///< Ours if empty.
  std::vector<Descriptor> descriptors;
};

struct Spawned {
  int64_t pid;
  int sentinel;  ///< Becomes readable when the child has ended. Close-on-exec; the caller's own.
};

/// Starts a program. Any thread may call it, and what it costs does not grow with our memory.
///
/// The child has 0, 1 and 2 of ours (blocking, as Node's own children have them) unless the
/// request says otherwise, what the request lists, and no other descriptor. No signal is blocked
/// or ignored in it. If it cannot run the program (ENOENT, EACCES, …), nothing is left of it.
Result<Spawned> SpawnProcess(const SpawnRequest& request);

/// A descriptor that becomes readable when our child, which nobody has reaped, has ended.
/// Close-on-exec; the caller's own.
Result<int> OpenSentinel(int64_t pid);

struct ExitStatus {
  bool ended;
  int code;  ///< 0 to 255, or minus the signal that ended it.
};

/// Looks, without waiting, whether our child has ended, and if so takes its status: from then on
/// its pid may be somebody else's. ECHILD when another part of the program has taken it.
Result<ExitStatus> ReapProcess(int64_t pid, int sentinel);

/// Sends a signal to our child, which must not have been reaped. That it has just ended is no
/// failure.
Result<bool> SignalProcess(int64_t pid, int sentinel, int signal);

/// Kills our child, which must not have been reaped, and waits until nothing is left of it.
void KillAndReap(int64_t pid);

/// When a process, ours or not, was started: in the kernel's units, to compare only. ESRCH when
/// there is none or it has ended (a zombie has).
Result<uint64_t> ProcessStartTime(int64_t pid);

/// Whether that process still runs, and is not another one that got its number.
bool ProcessIsAlive(int64_t pid, uint64_t start_time);

int64_t CurrentProcess();

/// Whether SIGINT does nothing in this process, or again what it did before.
void IgnoreInterrupts(bool ignore);

/// Ends this process at once: no hook runs, nothing is flushed.
[[noreturn]] void ExitNow(int code);

}  // namespace heddle::os
