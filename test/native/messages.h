#pragma once

#include <cstdint>
#include <vector>

#include "family_support.h"

namespace heddle::test {

/// The thread sanitizer makes a start ten times as long, and follows nobody into another process.
inline constexpr int kFewer = HEDDLE_TSAN ? 10 : 1;
inline int Rounds(int count) { return Soak(count) / kFewer; }

uint64_t NameOf(const auto& resource) { return resource->SharedName().value(); }

/// A payload that proves itself: its size, then bytes that follow from the id.
std::vector<uint8_t> Bytes(uint64_t id, bool with_blobs = false);

Outcome Put(core::Channel& channel, uint64_t id, core::Parker& parker, int32_t sender = 0,
            bool with_blobs = false, const std::vector<core::Ref<core::Resource>>& attachments = {},
            int64_t deadline = os::kForever);
uint64_t IdOf(const core::Incoming& message);
bool IsWhole(core::Incoming& message, bool with_blobs = false);

}  // namespace heddle::test
