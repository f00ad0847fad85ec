#pragma once

#include <mutex>
#include <vector>

#include "core/process_record.h"
#include "core/resource.h"

namespace heddle::core {

/// The children of this process that have not ended.
class ProcessRegistry {
 public:
  static ProcessRegistry& Instance();

  void Add(Ref<ProcessRecord> record);
  void Remove(ProcessRecord* record);
  std::vector<Ref<ProcessRecord>> Living();

  /// Ends the daemonic children, or all, and waits until they are gone: about 0.1 s for those that
  /// do not mind SIGTERM, then SIGKILL. Called for the daemonic ones when the process exits.
  void EndChildren(bool also_non_daemonic);

 private:
  ProcessRegistry() = default;

  std::mutex mutex_;
  std::vector<Ref<ProcessRecord>> living_;
  /// Whose children they are. A process made by fork() has the list, but not the children.
  int64_t owner_ = 0;
};

}  // namespace heddle::core
