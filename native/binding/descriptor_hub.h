#pragma once

#include <uv.h>

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/connection.h"
#include "core/resource.h"
#include "core/wait_word.h"
#include "os/poll.h"
#include "os/result.h"

namespace heddle::binding {

class Environment;

/// The promises of one environment that wait for descriptors. All of these lie in a set of our own,
/// behind one descriptor that the environment's loop polls: so a descriptor's flags stay as they
/// are, and one that libuv polls for somebody else can be waited for, too.
class DescriptorHub {
 public:
  explicit DescriptorHub(Environment& environment) : environment_(environment) {}

  /// kWait: JavaScript will be told, once, when one of the items is ready. `connection` (may be
  /// null) is in use until then: were its descriptor closed while others have it open, too, the set
  /// could not be rid of it. kDone: one is ready, or cannot be watched.
  os::Result<core::Outcome> Start(uint32_t id, std::vector<os::PollItem> items,
                                  core::Ref<core::Connection> connection);
  /// False if it is not waited for any more.
  bool Cancel(uint32_t id);

  /// Ends all waits. The hub deletes itself when libuv has let go of it.
  void Shut();

 private:
  struct Waiter {
    std::vector<os::PollItem> items;
    core::Ref<core::Connection> connection;
    std::unique_ptr<core::Connection::Use> use;
  };
  struct Watched {
    std::vector<uint32_t> readers;
    std::vector<uint32_t> writers;
  };

  os::Result<bool> Open();
  void Look();
  void Remove(uint32_t id);
  /// False if the descriptor cannot be watched.
  bool Update(int descriptor);

  Environment& environment_;
  bool is_open_ = false;
  bool shut_ = false;
  uv_poll_t poll_;
  std::vector<os::PollSet> set_;  ///< One, once it is open.
  std::unordered_map<uint32_t, Waiter> waiters_;
  std::unordered_map<int, Watched> watched_;
};

}  // namespace heddle::binding
