#pragma once

#include "core/channel.h"

namespace heddle::core {

class Channel::Held {
 public:
  explicit Held(Channel& channel) : guard_(channel.state_->guard) {
    if (guard_.Lock()) channel.Repair();
  }
  ~Held() { Release(); }
  void Release() {
    if (held_) guard_.Unlock();
    held_ = false;
  }

 private:
  Guard& guard_;
  bool held_ = true;
};

}  // namespace heddle::core
