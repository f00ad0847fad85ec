#include "os/keeper.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace heddle::os {
namespace {

/// Lines "+NUMBER/NAME" and "-NUMBER/NAME" on standard input, NUMBER the file's; at its end, what
/// was remembered and not forgotten is removed: at once what nobody uses (segment.cc: who uses it
/// has a lock on it), the rest when the last user is gone. Without flock(1) all is removed at once.
/// A shell, since every system has one, it takes less than a megabyte and the addon needs no
/// program of its own beside it. It ignores what a terminal sends to the whole group, and holds no
/// directory and no other descriptor of ours.
///
/// The names reach it by the pipe only and are never evaluated; they hold no slash and no
/// newline (lib/multiprocessing/shared-memory.ts).
constexpr const char* kScript = R"(
trap '' INT TERM HUP QUIT PIPE
cd /
set --
while IFS= read -r line; do
  item=${line#?}
  case $line in
    +*) set -- "$@" "$item" ;;
    -*)
      count=$#
      while [ "$count" -gt 0 ]; do
        [ "$1" = "$item" ] || set -- "$@" "$1"
        shift
        count=$((count - 1))
      done ;;
  esac
done
exec < /dev/null
is_it() {
  found=$(ls -di -- "/dev/shm/${1#*/}") || return 1
  found=${found#"${found%%[0-9]*}"}
  [ "${found%% *}" = "${1%%/*}" ]
}
clean() {
  { flock $2 -x 9 || return 1
    ! is_it "$1" || rm -f -- "/dev/shm/${1#*/}"
  } 9< "/dev/shm/${1#*/}"
}
if command -v flock; then
  for item; do ! is_it "$item" || clean "$item" -n || clean "$item" & done
  wait
else
  for item; do rm -f -- "/dev/shm/${item#*/}"; done
fi
)";

/// Starts the keeper. Returns the end of the pipe that speaks to it, or -1.
int Start() {
  // A socket rather than a pipe: writing to it without a keeper raises no SIGPIPE.
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return -1;

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // A session of its own: who kills our process group or terminal does not mean the keeper.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);

  char shell[] = "/bin/sh", flag[] = "-c", label[] = "heddle-keeper";
  char* arguments[] = {shell, flag, const_cast<char*>(kScript), label, nullptr};
  char path[] = "PATH=/usr/bin:/bin";
  char* environment[] = {path, nullptr};
  pid_t child;
  int error = posix_spawn(&child, shell, &actions, &attributes, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(ends[1]);
  if (error == 0) return ends[0];
  close(ends[0]);
  return -1;
}

constexpr int kNotStarted = -2;
int g_keeper = kNotStarted;

void Tell(char verb, const std::string& name, uint64_t file) {
  if (g_keeper == kNotStarted) g_keeper = Start();
  if (g_keeper < 0) return;  // What we remove ourselves at exit is removed all the same.
  std::string line = verb + std::to_string(file) + "/" + name + "\n";
  const char* next = line.data();
  size_t left = line.size();
  while (left > 0) {
    ssize_t sent = send(g_keeper, next, left, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return;
    next += sent;
    left -= static_cast<size_t>(sent);
  }
}

}  // namespace

void KeeperRemember(const std::string& name, uint64_t file) { Tell('+', name, file); }
void KeeperForget(const std::string& name, uint64_t file) { Tell('-', name, file); }

void LeaveKeeper() {
  if (g_keeper >= 0) close(g_keeper);
  g_keeper = kNotStarted;
}

}  // namespace heddle::os
