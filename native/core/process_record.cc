#include "core/process_record.h"

#include <cerrno>
#include <utility>

#include "core/process_registry.h"
#include "os/clock.h"
#include "os/descriptor_watch.h"
#include "os/lifeline.h"
#include "os/memory.h"

namespace heddle::core {
namespace {

std::atomic<ProcessEndHook> g_on_end{nullptr};

/// As CPython has it when somebody else has taken a child's status.
constexpr int kUnknownExitCode = 255;

/// One for all children: its end comes with the process's own.
struct TheirLifeline {
  std::mutex mutex;
  os::Lifeline lifeline{-1, -1};
  int inherited = -1;  ///< Of a process that is a copy of another one.
};

TheirLifeline& Theirs() {
  static auto* theirs = new TheirLifeline;
  return *theirs;
}

os::Result<os::Lifeline> TheLifeline() {
  TheirLifeline& theirs = Theirs();
  std::lock_guard guard(theirs.mutex);
  if (theirs.lifeline.read_end < 0) {
    os::Result<os::Lifeline> made = os::MakeLifeline();
    if (!made.ok()) return made;
    theirs.lifeline = made.value();
  }
  return theirs.lifeline;
}

}  // namespace

void SetOnProcessEnd(ProcessEndHook hook) { g_on_end.store(hook); }

os::Result<Ref<ProcessRecord>> ProcessRecord::Spawn(os::SpawnRequest request, bool daemon,
                                                    int lifeline) {
  // First what may fail: a child that cannot be watched had better not run.
  if (auto started = os::StartWatching(); !started.ok()) return started.failure();
  if (lifeline >= 0) {
    os::Result<os::Lifeline> ours = TheLifeline();
    if (!ours.ok()) return ours.failure();
    request.descriptors.push_back({lifeline, ours.value().read_end});
  }
  os::Result<os::Spawned> spawned = os::SpawnProcess(request);
  if (!spawned.ok()) return spawned.failure();
  return Watch(spawned.value(), daemon);
}

os::Result<Ref<ProcessRecord>> ProcessRecord::AdoptChild(int64_t pid, bool daemon) {
  auto started = os::StartWatching();
  os::Result<int> sentinel = started.ok() ? os::OpenSentinel(pid) : started.failure();
  if (sentinel.ok()) return Watch({pid, sentinel.value()}, daemon);
  os::KillAndReap(pid);
  return sentinel.failure();
}

os::Result<bool> ProcessRecord::PrepareLifeline() {
  os::Result<os::Lifeline> made = TheLifeline();
  return made.ok() ? os::Result<bool>(true) : made.failure();
}

void ProcessRecord::LeaveLifeline() {
  TheirLifeline& theirs = Theirs();
  // Held by the original alone, or its other children would not see its end.
  os::CloseDescriptor(theirs.lifeline.write_end);
  theirs.inherited = theirs.lifeline.read_end;
  theirs.lifeline = {-1, -1};
}

int ProcessRecord::InheritedLifeline() { return Theirs().inherited; }

os::Result<Ref<ProcessRecord>> ProcessRecord::Watch(os::Spawned spawned, bool daemon) {
  auto [pid, sentinel] = spawned;
  auto record = Ref<ProcessRecord>::Adopt(new ProcessRecord(pid, sentinel, true, daemon));
  auto on_sentinel = [](void* context) {
    Ref<ProcessRecord>::Adopt(static_cast<ProcessRecord*>(context))->OnSentinel();
  };
  // Before it is watched: its end takes it out again.
  ProcessRegistry::Instance().Add(record);
  auto watched = os::CallWhenReadable(sentinel, on_sentinel, Ref(record).Leak());
  if (watched.ok()) return record;
  ProcessRegistry::Instance().Remove(record.get());

  // The call will not come, so its holding is ours again. The child has no time to live.
  record->Release();
  os::KillAndReap(pid);
  return watched.failure();
}

os::Result<Ref<ProcessRecord>> ProcessRecord::WatchParent(int lifeline, int64_t pid, bool daemon) {
  auto record = Ref<ProcessRecord>::Adopt(new ProcessRecord(pid, lifeline, false, daemon));
  auto on_end = [](void* context) {
    auto parent = Ref<ProcessRecord>::Adopt(static_cast<ProcessRecord*>(context));
    if (parent->daemon()) os::ExitNow(1);
    parent->End();
  };
  auto watched = os::OnLifelineEnd(lifeline, on_end, Ref(record).Leak());
  if (watched.ok()) return record;
  record->sentinel_ = -1;  // Still the caller's.
  record->Release();
  return watched.failure();
}

ProcessRecord::~ProcessRecord() {
  if (sentinel_ >= 0) os::CloseDescriptor(sentinel_);
}

int ProcessRecord::sentinel() {
  std::lock_guard guard(mutex_);
  return sentinel_;
}

void ProcessRecord::OnSentinel() {
  {
    std::lock_guard guard(mutex_);
    os::Result<os::ExitStatus> status = os::ReapProcess(pid_, sentinel_);
    exit_code_ = status.ok() && status.value().ended ? status.value().code : kUnknownExitCode;
    reaped_ = true;
  }
  if (ProcessEndHook hook = g_on_end.load()) hook(pid_);
  // Whoever joins it finds it gone from the list of children.
  ProcessRegistry::Instance().Remove(this);
  End();
}

void ProcessRecord::End() {
  // Ended first: whoever receives the last words finds it so.
  word_.value.store(kEnded);
  Ref<Channel> channel;
  {
    std::lock_guard guard(mutex_);
    told_ = true;
    channel = std::move(last_words_);
  }
  if (channel) SendLastWords(*channel, last_words_shape_, last_words_a_);
  Wake(word_, os::kEverybody, Scope::kPrivate);
}

std::optional<int> ProcessRecord::ExitCode() {
  if (!is_child_ || !HasEnded()) return std::nullopt;
  std::lock_guard guard(mutex_);
  return exit_code_;
}

Attempt ProcessRecord::TryEnded() {
  uint32_t seen = word_.value.load();
  for (;;) {
    if (seen & kEnded) return Attempt::Done();
    if (seen & kWaiters) return Attempt::Sleep(seen);
    if (word_.value.compare_exchange_weak(seen, seen | kWaiters)) {
      return Attempt::Sleep(seen | kWaiters);
    }
  }
}

bool ProcessRecord::AwaitEnd(int64_t deadline) {
  for (;;) {
    Attempt attempt = TryEnded();
    if (attempt.outcome == Outcome::kDone) return true;
    if (os::MonotonicNanos() >= deadline) return false;
    os::FutexWait(word_.value, attempt.sleep_on, Scope::kPrivate, deadline);
  }
}

os::Result<bool> ProcessRecord::Signal(int signal) {
  if (!is_child_) return os::Failure{EPERM, "kill"};
  std::lock_guard guard(mutex_);
  if (reaped_) return true;
  return os::SignalProcess(pid_, sentinel_, signal);
}

void ProcessRecord::SetLastWords(Ref<Channel> channel, uint8_t shape, int32_t a) {
  {
    std::lock_guard guard(mutex_);
    last_words_shape_ = shape;
    last_words_a_ = a;
    if (!told_) {
      last_words_ = std::move(channel);
      return;
    }
  }
  SendLastWords(*channel, shape, a);
}

void ProcessRecord::SendLastWords(Channel& channel, uint8_t shape, int32_t a) {
  Outgoing message;
  message.shape = shape;
  message.a = a;
  channel.TryPut(message, nullptr);
}

bool ProcessRecord::Close() {
  if (!HasEnded()) return false;
  std::lock_guard guard(mutex_);
  // Nobody watches it any more: the watch was over before the end was told.
  if (sentinel_ >= 0) os::CloseDescriptor(std::exchange(sentinel_, -1));
  return true;
}

}  // namespace heddle::core
