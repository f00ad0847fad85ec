#include "os/keeper.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace heddle::os {
namespace {

/// Lines "+NAME" and "-NAME" on standard input; at its end, what was remembered and not
/// forgotten is removed. A shell, since every system has one, it takes less than a megabyte and
/// the addon needs no program of its own beside it. It ignores what a terminal sends to the
/// whole group, and holds no directory and no other descriptor of ours.
///
/// The names reach it by the pipe only and are never evaluated; they hold no slash and no
/// newline (lib/multiprocessing/shared-memory.ts).
constexpr const char* kScript = R"(
trap '' INT TERM HUP QUIT PIPE
cd /
set --
while IFS= read -r line; do
  name=${line#?}
  case $line in
    +*) set -- "$@" "$name" ;;
    -*)
      count=$#
      while [ "$count" -gt 0 ]; do
        [ "$1" = "$name" ] || set -- "$@" "$1"
        shift
        count=$((count - 1))
      done ;;
  esac
done
[ $# -eq 0 ] || for name; do rm -f -- "/dev/shm/$name"; done
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

void Tell(char verb, const std::string& name) {
  static const int keeper = Start();
  if (keeper < 0) return;  // What we remove ourselves at exit is removed all the same.
  std::string line = verb + name + "\n";
  const char* next = line.data();
  size_t left = line.size();
  while (left > 0) {
    ssize_t sent = send(keeper, next, left, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return;
    next += sent;
    left -= static_cast<size_t>(sent);
  }
}

}  // namespace

void KeeperRemember(const std::string& name) { Tell('+', name); }
void KeeperForget(const std::string& name) { Tell('-', name); }

}  // namespace heddle::os
