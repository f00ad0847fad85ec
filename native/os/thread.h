#pragma once

#include <cstdint>
#include <vector>

namespace heddle::os {

using NativeThreadId = int64_t;

/// The kernel's number of the calling thread.
NativeThreadId CurrentThreadId();

/// The kernel's numbers of all threads of this process.
std::vector<NativeThreadId> ListThreads();

/// Whether that thread of this process is there. The kernel reuses numbers.
bool ThreadExists(NativeThreadId id);

/// How many cores this process may use.
int UsableCores();

/// The thread that the process began with, and whether the caller is that.
NativeThreadId MainThreadId();
bool IsMainThread();

/// Runs `run`, which never returns, on a thread of its own. False where the process may have no
/// further thread.
bool StartBackgroundThread(void (*run)());

/// Names the calling thread (15 characters at most) and blocks all signals in it: they belong
/// to Node's threads.
void BecomeBackgroundThread(const char* name);

/// Tells the processor that this is a spin loop.
void SpinPause();

}  // namespace heddle::os
