#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "os/result.h"

namespace heddle::os {

/// What is waited for at a descriptor. Its end, an error, or that it is not open count as ready.
struct PollItem {
  int descriptor;
  bool for_writing = false;
  bool ready = false;
};

/// Sleeps until one of the descriptors is ready, `deadline` (monotonic nanoseconds; 0: no sleep)
/// has passed, or a signal came. Returns how many are ready.
Result<size_t> PollDescriptors(std::vector<PollItem>& items, int64_t deadline);

/// A descriptor that is ready once each time that one of those two (-1: none) becomes readable,
/// however long it stays so.
Result<int> OpenEdgeWatch(int first, int second);
/// Makes it wait for the next time.
void PassEdges(int watch);

/// A descriptor that SignalDescriptor makes readable.
Result<int> OpenSignalDescriptor();
void SignalDescriptor(int descriptor);

/// Many descriptors behind one, which is readable while one of them is ready.
class PollSet {
 public:
  static Result<PollSet> Open();
  int descriptor() const { return descriptor_; }
  /// Both false: nothing is watched there any more. False if the descriptor cannot be watched: it
  /// is not open, or always ready.
  bool Watch(int descriptor, bool reading, bool writing);

  struct Ready {
    int descriptor;
    bool reading;
    bool writing;
  };
  /// Those that are ready now.
  std::vector<Ready> Look();
  void Close();

 private:
  explicit PollSet(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace heddle::os
