#pragma once

#include <mutex>
#include <string>

#include "core/family.h"
#include "core/resource.h"
#include "os/memory.h"
#include "os/result.h"

namespace heddle::core {

/// A block of shared memory that users name: the thing behind SharedMemory. It can be mapped
/// any number of times.
///
/// One that is created without a name gets one only when somebody asks for it, so that most
/// never appear in the file system and cannot be left behind there.
///
/// Other processes of the family open it through one that has it open. A cell says which have
/// (its words: bytes 8-15 the segment's identity, 16-19 the random part of its name, 20-23 whether
/// it is tracked, 24-63 five times a process's place and one, and its descriptor, 4 bytes each; the
/// highest bit: about to close it). So the last of these keeps it open as long as anybody, or a
/// message, still refers to it.
class Segment final : public Resource {
 public:
  static os::Result<Ref<Segment>> Create(const std::string& name, size_t size, bool track);
  static os::Result<Ref<Segment>> CreateUnnamed(size_t size, bool track);
  static os::Result<Ref<Segment>> Open(const std::string& name);
  /// The segment of that cell, whose holding the caller gives, and has noted.
  static os::Result<Ref<Segment>> Adopt(Offset cell, FamilyProcesses::Holding* holding);

  /// The process in that place has ended: nobody opens anything through it any more.
  static void ForgetOpeners(Family& family, uint32_t place);
  /// In a copy of the process: forgets those that are open only since others may open them here.
  static void ForgetKept();

  os::Result<uint64_t> SharedName() override;

  /// The name, without a slash.
  os::Result<std::string> Name();
  os::Result<bool> Unlink();
  os::Result<os::Mapping> Map();
  /// Its one holder does not use it for now. Who has many of them has few descriptors open: what
  /// has a name is opened by it if it is needed again.
  void Close();
  size_t size() const { return size_; }

 private:
  Segment(int descriptor, size_t size, std::string name, bool track)
      : Resource(Kind::kSharedMemory),
        size_(size),
        track_(track),
        descriptor_(descriptor),
        name_(std::move(name)) {}
  ~Segment() override;
  os::Result<bool> Link();
  void PutDescriptorAway();
  os::Result<bool> Reopen();
  static os::Result<Ref<Segment>> Make(os::Result<int> descriptor, std::string name, bool track);

  const size_t size_;
  bool track_;
  std::mutex mutex_;  ///< Guards what is below.
  int descriptor_;    ///< -1 while it is closed.
  std::string name_;  ///< Empty while there is none.
  bool unlinked_ = false;
  Offset cell_ = 0;  ///< 0 while only this process knows it.
  FamilyProcesses::Holding* holding_ = nullptr;
};

}  // namespace heddle::core
