#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "os/result.h"

namespace heddle::core {

/// Something that several environments of the process hold at once, and messages on their way.
/// It dies with its last holder.
class Resource {
 public:
  enum class Kind : uint8_t {
    kCell,
    kChannel,
    kSharedMemory,
    kThread,
    kProcess,
    kConnection,
    kBlock,
  };

  Resource(const Resource&) = delete;
  Resource& operator=(const Resource&) = delete;

  Kind kind() const { return kind_; }
  /// Its name for other processes (shared.h); 0 if it exists in this one only.
  virtual os::Result<uint64_t> SharedName() { return uint64_t{0}; }
  /// How many holdings there are. What others hold may change at any time.
  uint32_t holders() const { return holders_.load(); }
  void Retain() { holders_.fetch_add(1, std::memory_order_relaxed); }
  void Release() {
    if (holders_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 protected:
  explicit Resource(Kind kind) : kind_(kind) {}
  virtual ~Resource() = default;

 private:
  std::atomic<uint32_t> holders_{1};
  const Kind kind_;
};

/// Holds a resource.
template <class T>
class Ref {
 public:
  Ref() = default;
  /// Takes over a holding that the caller has.
  static Ref Adopt(T* resource) {
    Ref ref;
    ref.resource_ = resource;
    return ref;
  }
  /// Adds a holding.
  static Ref Share(T* resource) {
    if (resource != nullptr) resource->Retain();
    return Adopt(resource);
  }
  Ref(const Ref& other) : Ref(Share(other.resource_)) {}
  Ref(Ref&& other) noexcept : resource_(std::exchange(other.resource_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(resource_, other.resource_);
    return *this;
  }
  ~Ref() {
    if (resource_ != nullptr) resource_->Release();
  }

  T* get() const { return resource_; }
  T* operator->() const { return resource_; }
  T& operator*() const { return *resource_; }
  explicit operator bool() const { return resource_ != nullptr; }
  /// Gives the holding away.
  T* Leak() { return std::exchange(resource_, nullptr); }

 private:
  T* resource_ = nullptr;
};

}  // namespace heddle::core
