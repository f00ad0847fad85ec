#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/resource.h"

namespace heddle::core {

/// What one thread tells all threads of its process, and what goes with it.
struct Notice {
  /// How many notices there were, with this one; 0: there is none.
  uint32_t number = 0;
  std::string text;
  std::vector<Ref<Resource>> resources;
};

/// Of each topic the last notice is kept.
constexpr size_t kTopics = 2;

/// How many notices there were. Cheap: threads ask again and again.
uint32_t NoticeCount();

/// Puts a notice up in place of the topic's last one, and returns its number.
uint32_t PutNotice(size_t topic, Notice notice);

Notice LastNotice(size_t topic);

}  // namespace heddle::core
