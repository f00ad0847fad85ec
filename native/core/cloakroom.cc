#include "core/cloakroom.h"

#include <mutex>
#include <unordered_map>

namespace heddle::core {
namespace {

struct Cloakroom {
  std::mutex mutex;
  std::unordered_map<uint64_t, Ref<Resource>> resources;
  uint64_t last_ticket = 0;
};

Cloakroom& TheCloakroom() {
  static auto* cloakroom = new Cloakroom;
  return *cloakroom;
}

}  // namespace

uint64_t Deposit(Ref<Resource> resource) {
  Cloakroom& cloakroom = TheCloakroom();
  std::lock_guard guard(cloakroom.mutex);
  cloakroom.resources.emplace(++cloakroom.last_ticket, std::move(resource));
  return cloakroom.last_ticket;
}

Ref<Resource> Withdraw(uint64_t ticket) {
  Cloakroom& cloakroom = TheCloakroom();
  std::lock_guard guard(cloakroom.mutex);
  auto found = cloakroom.resources.find(ticket);
  if (found == cloakroom.resources.end()) return {};
  Ref<Resource> resource = std::move(found->second);
  cloakroom.resources.erase(found);
  return resource;
}

}  // namespace heddle::core
