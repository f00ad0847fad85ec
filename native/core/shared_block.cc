#include "core/shared_block.h"

#include "core/family_heap.h"

namespace heddle::core {

os::Result<Ref<SharedBlock>> SharedBlock::Create(size_t size) {
  os::Result<Family*> family = Family::Get();
  if (!family.ok()) return family.failure();
  FamilyProcesses& processes = family.value()->processes();
  FamilyProcesses::Holding* holding = processes.Hold();
  os::Result<Offset> block = FamilyHeap(*family.value()).Allocate(size, holding);
  if (!block.ok()) {
    processes.LetGo(holding);
    return block.failure();
  }
  return Adopt(block.value(), holding);
}

Ref<SharedBlock> SharedBlock::Adopt(Offset block, FamilyProcesses::Holding* holding) {
  return Ref<SharedBlock>::Adopt(new SharedBlock(block, holding));
}

SharedBlock::~SharedBlock() {
  Family& family = *Family::Current();
  if (!family.processes().Owns(holding_)) return;
  FamilyHeap(family).Release(block_, holding_);
  family.processes().LetGo(holding_);
}

os::Result<uint64_t> SharedBlock::SharedName() { return block_ | static_cast<uint64_t>(kind()); }

os::Mapping SharedBlock::memory() const {
  FamilyHeap heap(*Family::Current());
  return {heap.Data(block_), heap.SizeOf(block_)};
}

}  // namespace heddle::core
