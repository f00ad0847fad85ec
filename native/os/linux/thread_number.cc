#include "os/linux/thread_number.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace heddle::os {
namespace {

thread_local int t_depth = 0;
thread_local int t_kept = 0;

int* NumberInLibrary() {
  int* number = nullptr;
  return prctl(PR_GET_TID_ADDRESS, &number) == 0 ? number : nullptr;
}

}  // namespace

std::atomic<bool> g_has_kept_numbers{false};

void UseRealNumber() {
  if (t_depth++ != 0) return;
  int* number = NumberInLibrary();
  auto real = static_cast<int>(syscall(SYS_gettid));
  if (number == nullptr || *number == real) return;
  t_kept = *number;
  *number = real;
}

void UseKeptNumber() {
  if (t_depth == 0 || --t_depth != 0 || t_kept == 0) return;
  *NumberInLibrary() = t_kept;
  t_kept = 0;
}

}  // namespace heddle::os
