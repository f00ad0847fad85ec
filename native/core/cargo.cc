#include "core/cargo.h"

#include "core/message.h"
#include "core/resource.h"
#include "core/shared.h"

namespace heddle::core {

Cargo::~Cargo() {
  CrossOut();
  for (uint64_t word : attachments) Drop(family_, word);
  if (blob != 0) DropBlob(family_, blob);
  for (FamilyProcesses::Holding* holding : holdings_) family_->processes().LetGo(holding);
}

void Cargo::Hold(uint64_t name) {
  holdings_.push_back(family_->processes().Hold());
  RetainShared(name);
  FamilyProcesses::Note(holdings_.back(), name);
  attachments.push_back(name);
}

void Cargo::CrossOut() {
  for (FamilyProcesses::Holding* holding : holdings_) FamilyProcesses::Note(holding, 0);
}

void Cargo::Drop(Family* family, uint64_t word) {
  if (family == nullptr) {
    reinterpret_cast<Resource*>(word)->Release();
  } else {
    ReleaseShared(word);
  }
}

void Cargo::DropBlob(Family* family, uint64_t word) {
  if (family == nullptr) {
    Blob::Destroy(reinterpret_cast<Blob*>(word));
  } else {
    family->Free(word, sizeof(Blob) + family->At<Blob>(word)->size);
  }
}

}  // namespace heddle::core
