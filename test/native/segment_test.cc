#include "core/segment.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "core/segment_tracker.h"
#include "support.h"

namespace heddle::test {
namespace {

using core::Ref;
using core::Segment;

/// The role that the process which the keeper test kills plays.
constexpr const char* kVictim = "segment: (role) has segments until it is killed";
constexpr const char* kVictimPipe = "HEDDLE_TEST_PIPE";

std::string UniqueName(const char* what) {
  static int number = 0;
  return "heddle-test-" + std::to_string(getpid()) + "-" + what + std::to_string(++number);
}

bool Exists(const std::string& name) { return access(("/dev/shm/" + name).c_str(), F_OK) == 0; }

/// "psm_" and eight hexadecimal digits.
bool IsGenerated(const std::string& name) {
  return name.size() == 12 && name.starts_with("psm_") &&
         name.find_first_not_of("0123456789abcdef", 4) == std::string::npos;
}

void ReadLine(int descriptor, std::string* line) {
  char letter;
  line->clear();
  while (read(descriptor, &letter, 1) == 1 && letter != '\n') *line += letter;
}

}  // namespace

TEST_CASE("segment: what one writes another who opens the name reads") {
  std::string name = UniqueName("a");
  auto created = Segment::Create(name, 100, false);
  REQUIRE(created.ok());
  Ref<Segment> segment = created.value();
  CHECK(segment->size() == 100);
  CHECK(segment->Name().value() == name);
  os::Mapping first = segment->Map().value();
  CHECK(first.size == 100);
  CHECK(first.base[99] == std::byte{0});
  std::memcpy(first.base, "hello", 6);

  Ref<Segment> opened = Segment::Open(name).value();
  CHECK(opened->size() == 100);
  os::Mapping second = opened->Map().value();
  CHECK(second.base != first.base);
  CHECK(std::strcmp(reinterpret_cast<char*>(second.base), "hello") == 0);

  CHECK(Segment::Create(name, 1, true).failure().error == EEXIST);
  CHECK(opened->Unlink().ok());
  CHECK_FALSE(Exists(name));
  CHECK(Segment::Open(name).failure().error == ENOENT);
  // Who has it keeps it.
  second.base[0] = std::byte{'j'};
  CHECK(first.base[0] == std::byte{'j'});
  os::Unmap(first);
  os::Unmap(second);
}

TEST_CASE("segment: failing to create a name that exists does not remove it") {
  std::string name = UniqueName("a");
  Ref<Segment> segment = Segment::Create(name, 1, false).value();
  CHECK_FALSE(Segment::Create(name, 1, true).ok());
  core::UnlinkTrackedSegments();
  CHECK(Exists(name));
  CHECK(segment->Unlink().ok());
}

TEST_CASE("segment: unlinking twice fails as it does in the system") {
  std::string name = UniqueName("a");
  Ref<Segment> segment = Segment::Create(name, 1, true).value();
  CHECK(segment->Unlink().ok());
  auto again = segment->Unlink();
  REQUIRE_FALSE(again.ok());
  CHECK(again.failure().error == ENOENT);
}

TEST_CASE("segment: without a name it has none until somebody asks, and then one of CPython's") {
  Ref<Segment> segment = Segment::CreateUnnamed(4096, true).value();
  CHECK(segment->size() == 4096);
  os::Mapping mapping = segment->Map().value();
  mapping.base[7] = std::byte{7};
  std::string name = segment->Name().value();
  CHECK(IsGenerated(name));
  CHECK(segment->Name().value() == name);
  CHECK(Exists(name));
  Ref<Segment> opened = Segment::Open(name).value();
  os::Mapping other = opened->Map().value();
  CHECK(other.base[7] == std::byte{7});
  CHECK(segment->Unlink().ok());
  CHECK_FALSE(Exists(name));
  os::Unmap(mapping);
  os::Unmap(other);
}

TEST_CASE("segment: asking for the name after unlinking makes no file") {
  Ref<Segment> segment = Segment::CreateUnnamed(1, true).value();
  CHECK(segment->Unlink().ok());
  std::string name = segment->Name().value();
  CHECK(IsGenerated(name));
  CHECK_FALSE(Exists(name));
}

TEST_CASE("segment: threads that ask for the name get the same one") {
  for (int round = 0; round < Soak(20); ++round) {
    Ref<Segment> segment = Segment::CreateUnnamed(1, false).value();
    std::string names[4];
    Together(4, [&](int number) { names[number] = segment->Name().value(); });
    for (const std::string& name : names) REQUIRE(name == names[0]);
    REQUIRE(segment->Unlink().ok());
  }
}

TEST_CASE("segment: what is tracked goes at the exit of the process, the rest stays") {
  std::string tracked = UniqueName("t"), untracked = UniqueName("u");
  Ref<Segment> one = Segment::Create(tracked, 1, true).value();
  Ref<Segment> two = Segment::Create(untracked, 1, false).value();
  std::string named = Segment::CreateUnnamed(1, true).value()->Name().value();
  CHECK(Exists(named));
  core::UnlinkTrackedSegments();
  CHECK_FALSE(Exists(tracked));
  CHECK_FALSE(Exists(named));
  CHECK(Exists(untracked));
  CHECK(two->Unlink().ok());
}

TEST_CASE("segment: a name that others have unlinked is not taken from who has it next") {
  std::string name = UniqueName("a");
  Ref<Segment> first = Segment::Create(name, 1, true).value();
  // As another process does it.
  REQUIRE(unlink(("/dev/shm/" + name).c_str()) == 0);
  CHECK(first->Unlink().failure().error == ENOENT);
  Ref<Segment> second = Segment::Create(name, 1, false).value();
  core::UnlinkTrackedSegments();
  CHECK(Exists(name));
  CHECK(second->Unlink().ok());
}

TEST_CASE("segment: (role) has segments until it is killed" * doctest::skip()) {
  const char* pipe = std::getenv(kVictimPipe);
  if (pipe == nullptr) return;
  std::string prefix = std::getenv("HEDDLE_TEST_NAME");
  std::vector<Ref<Segment>> segments;
  std::string report;
  for (int i = 0; i < 20; ++i) {
    segments.push_back(Segment::Create(prefix + std::to_string(i), 1, true).value());
  }
  for (int i = 0; i < 20; i += 3) segments[static_cast<size_t>(i)]->Unlink();
  // Another's segment has that name now.
  segments.push_back(Segment::Create(prefix + "0", 1, false).value());
  segments.push_back(Segment::Create(prefix + "untracked", 1, false).value());
  segments.push_back(Segment::CreateUnnamed(1, true).value());
  report = segments.back()->Name().value() + "\n";
  REQUIRE(write(std::atoi(pipe), report.data(), report.size()) > 0);
  for (;;) pause();
}

TEST_CASE("segment: the keeper removes what a killed process has left, and nothing else") {
  std::string prefix = UniqueName("k");
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  int inherited = fcntl(ends[1], F_DUPFD, 100);

  // A fresh program rather than a fork of ours: it shall have a keeper of its own.
  std::string pipe_variable = kVictimPipe + ("=" + std::to_string(inherited));
  std::string name_variable = "HEDDLE_TEST_NAME=" + prefix;
  std::string filter = std::string("--test-case=") + kVictim;
  char no_skip[] = "--no-skip", program[] = "/proc/self/exe";
  char* arguments[] = {program, filter.data(), no_skip, nullptr};
  std::vector<char*> environment{pipe_variable.data(), name_variable.data()};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    environment.push_back(*variable);
  }
  environment.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child;
  REQUIRE(posix_spawn(&child, program, &actions, nullptr, arguments, environment.data()) == 0);
  posix_spawn_file_actions_destroy(&actions);
  close(inherited);
  close(ends[1]);

  std::string generated;
  ReadLine(ends[0], &generated);
  close(ends[0]);
  CHECK(Exists(generated));
  CHECK(Exists(prefix + "1"));
  CHECK_FALSE(Exists(prefix + "3"));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);

  AwaitThat([&] {
    for (int i = 1; i < 20; ++i) {
      if (Exists(prefix + std::to_string(i))) return false;
    }
    return !Exists(generated);
  });
  CHECK(Exists(prefix + "0"));
  CHECK(Exists(prefix + "untracked"));
  for (const char* left : {"0", "untracked"}) unlink(("/dev/shm/" + prefix + left).c_str());
}

}  // namespace heddle::test
