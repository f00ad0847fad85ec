#include "core/process_registry.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "os/clock.h"

namespace heddle::core {
namespace {

constexpr int64_t kGrace = 100'000'000;
/// A process that SIGKILL does not end in this time is stuck in the kernel.
constexpr int64_t kLastGrace = 1'000'000'000;

void Stop(std::vector<Ref<ProcessRecord>>& children, int signal, int64_t grace) {
  for (auto& child : children) child->Signal(signal);
  int64_t deadline = os::MonotonicNanos() + grace;
  std::erase_if(children, [&](auto& child) { return child->AwaitEnd(deadline); });
}

}  // namespace

ProcessRegistry& ProcessRegistry::Instance() {
  static auto* registry = new ProcessRegistry;  // The watching thread uses it to the end.
  return *registry;
}

void ProcessRegistry::Add(Ref<ProcessRecord> record) {
  std::lock_guard guard(mutex_);
  if (owner_ != os::CurrentProcess()) {
    if (owner_ == 0) std::atexit([] { Instance().EndChildren(false); });
    owner_ = os::CurrentProcess();
    living_.clear();
  }
  living_.push_back(std::move(record));
}

void ProcessRegistry::Remove(ProcessRecord* record) {
  Ref<ProcessRecord> removed;  // Let go of when the mutex is free again.
  std::lock_guard guard(mutex_);
  auto same = [&](const Ref<ProcessRecord>& other) { return other.get() == record; };
  auto place = std::find_if(living_.begin(), living_.end(), same);
  if (place == living_.end()) return;
  removed = std::move(*place);
  living_.erase(place);
}

std::vector<Ref<ProcessRecord>> ProcessRegistry::Living() {
  std::lock_guard guard(mutex_);
  if (owner_ != os::CurrentProcess()) return {};
  return living_;
}

void ProcessRegistry::EndChildren(bool also_non_daemonic) {
  std::vector<Ref<ProcessRecord>> children = Living();
  if (!also_non_daemonic) std::erase_if(children, [](auto& child) { return !child->daemon(); });
  if (children.empty()) return;
  Stop(children, os::kSignalTerminate, kGrace);
  Stop(children, os::kSignalKill, kLastGrace);
}

}  // namespace heddle::core
