#pragma once

#include "core/family.h"
#include "core/resource.h"
#include "os/memory.h"
#include "os/result.h"

namespace heddle::core {

/// Holds a block of the family's heap (family_heap.h): memory that processes share, without a name.
class SharedBlock final : public Resource {
 public:
  /// Zeroed.
  static os::Result<Ref<SharedBlock>> Create(size_t size);
  /// The block there, whose holding the caller gives, and has noted.
  static Ref<SharedBlock> Adopt(Offset block, FamilyProcesses::Holding* holding);

  os::Result<uint64_t> SharedName() override;
  /// It stays as long as this is held.
  os::Mapping memory() const;

 private:
  SharedBlock(Offset block, FamilyProcesses::Holding* holding)
      : Resource(Kind::kBlock), block_(block), holding_(holding) {}
  ~SharedBlock() override;

  const Offset block_;
  FamilyProcesses::Holding* const holding_;
};

}  // namespace heddle::core
