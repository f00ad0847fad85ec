#pragma once

#include <sys/types.h>

#include <cstdio>
#include <cstdlib>
#include <new>
#include <vector>

#include "core/channel.h"
#include "core/family.h"
#include "core/primitive.h"
#include "core/segment.h"
#include "core/shared.h"
#include "support.h"

namespace heddle::test {

/// What another process of the test's family does. It returns the process's status.
///
/// The nursery is this program run anew, which has no family. It forks one process for each start
/// of a role, which joins the family by its descriptor and a reserved place, as heddle's own
/// children do, and is a child of the test.
using Numbers = std::vector<uint64_t>;
struct Role {
  Role(const char* name, int (*run)(const Numbers&));
};
#define ROLE(name)                               \
  static int name(const Numbers&);               \
  static const Role role_of_##name(#name, name); \
  static int name([[maybe_unused]] const Numbers& numbers)

/// In a role: ends the process with a message unless `condition` holds.
#define INSIST(condition)                                                          \
  do {                                                                             \
    if (!(condition)) {                                                            \
      std::fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
      std::_Exit(1);                                                               \
    }                                                                              \
  } while (false)

/// The thread sanitizer starts no thread in a process that has started another.
inline constexpr bool kNoRoles = HEDDLE_TSAN;

struct Child {
  pid_t pid;
  uint32_t place;
};

/// So that the test has no child. It comes back when it is needed.
void StopNursery();

Child StartRole(const char* name, const Numbers& numbers);
/// The same in a place that was reserved before, whose pid is not told to the family.
pid_t StartRoleIn(uint32_t place, const char* name, const Numbers& numbers);
/// The status that a child ended with; -1 if it was killed. What it left is put away.
int Await(Child child);
/// The same if it has ended.
bool HasEnded(Child child, int* status = nullptr);
void Kill(Child child);
/// Runs a role in a process that has no family. Its status.
int RunAlone(const char* name);

/// What the program does if the environment says so. Negative: run the tests.
int RunRole();

/// Kills the calling process as by kill -9 after so many nanoseconds, wherever it is then.
void DieAfter(int64_t nanos);

/// In a role: the resource that the test has under this name.
core::Ref<core::Resource> Attach(uint64_t name);
template <class T>
core::Ref<T> AttachTo(uint64_t name) {
  return core::Ref<T>::Adopt(static_cast<T*>(Attach(name).Leak()));
}

/// A value in the family's memory, which a role finds by its offset.
template <class T>
struct InFamily {
  InFamily()
      : offset(core::Family::Get()
                   .value()
                   ->Allocate(sizeof(T), core::Family::Current()->OwnedHere())
                   .value()),
        value(new (core::Family::Current()->base() + offset) T) {}
  ~InFamily() { core::Family::Current()->Free(offset, sizeof(T)); }
  const core::Offset offset;
  T* const value;
};
template <class T>
T& FamilyValue(uint64_t offset) {
  return *core::Family::Current()->At<T>(offset);
}

/// What there is in the family's memory.
struct Census {
  int units = 0;  ///< Owned by anybody.
  int cells = 0;  ///< In use.
  int descriptors = 0;
  int named = 0;  ///< Files in /dev/shm.
};
Census TakeCensus();

}  // namespace heddle::test
