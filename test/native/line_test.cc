#include "core/line.h"

#include <barrier>
#include <memory>

#include "core/family.h"
#include "core/primitive.h"
#include "core/semaphore.h"
#include "support.h"

namespace heddle::test {
namespace {

struct Bell final : core::Listener {
  void Ring(WaitWord* word) override {
    last = word;
    ++rings;
  }
  void RingAll() override {}
  std::atomic<WaitWord*> last{nullptr};
  std::atomic<int> rings{0};
};

/// The founder of the family listens with its first bit.
struct Word : WaitWord {
  Word() { core::Family::Get(); }
  static uint32_t Bit() { return core::Family::Current()->processes().ListenerBit(); }
};

}  // namespace

TEST_CASE("line: rings those who listen to the word, until they stop") {
  Scope scope = EachScope();
  Word word, other;
  Bell one, two;
  // Of other processes there is a bit for each, whatever the number of its listeners.
  uint32_t both = scope == Scope::kPrivate ? 2 : word.Bit();
  core::Listen(&word, &one, scope);
  core::Listen(&word, &two, scope);
  core::Listen(&other, &two, scope);
  CHECK(word.listeners == both);
  core::Wake(word, 1, scope);
  CHECK(one.rings == 1);
  CHECK(one.last == &word);
  CHECK(two.rings == 1);
  core::StopListening(&word, &one, scope);
  CHECK(word.listeners == (scope == Scope::kPrivate ? 1 : both));
  core::Wake(word, 1, scope);
  CHECK(one.rings == 1);
  CHECK(two.rings == 2);
  core::StopListening(&word, &two, scope);
  core::StopListening(&other, &two, scope);
  CHECK(word.listeners == 0);
  CHECK(other.listeners == 0);
}

TEST_CASE("line: who stops without having listened changes nothing") {
  Scope scope = EachScope();
  Word word;
  Bell bell, other;
  core::StopListening(&word, &bell, scope);
  CHECK(word.listeners == 0);
  core::Listen(&word, &other, scope);
  core::StopListening(&word, &bell, scope);
  CHECK(word.listeners == 1);
  core::StopListening(&word, &other, scope);
  CHECK(word.listeners == 0);
}

TEST_CASE("line: a listener that has stopped is never rung, though it is gone at once") {
  Scope scope = EachScope();
  Word word;
  std::atomic<bool> stop{false};
  Threads threads;
  for (int i = 0; i < 2; ++i) {
    threads.Start([&] {
      while (!stop) core::Wake(word, 1, scope);
    });
  }
  Together(2, [&](int) {
    for (int i = 0; i < Soak(5000); ++i) {
      auto bell = std::make_unique<Bell>();
      core::Listen(&word, bell.get(), scope);
      core::StopListening(&word, bell.get(), scope);
    }
  });
  stop = true;
  threads.Join();
  CHECK(word.listeners == 0);
}

TEST_CASE("line: listening first and then looking misses no change") {
  // The other half of Wake: one of the two must see the other, in every round.
  Scope scope = EachScope();
  Word word;
  const int rounds = Soak(500);
  std::barrier line(2);
  std::atomic<uint32_t> missed{0};
  Together(2, [&](int number) {
    for (int round = 0; round < rounds; ++round) {
      uint32_t target = static_cast<uint32_t>(round) + 1;
      line.arrive_and_wait();
      if (number == 0) {
        word.value.store(target);
        core::Wake(word, 1, scope);
        line.arrive_and_wait();
      } else {
        Bell bell;
        core::Listen(&word, &bell, scope);
        bool seen = word.value.load() == target;
        line.arrive_and_wait();
        if (!seen && bell.rings == 0) ++missed;
        core::StopListening(&word, &bell, scope);
      }
    }
  });
  CHECK(missed.load() == 0);
}

TEST_CASE("line: promises and threads share a semaphore, and nobody is forgotten") {
  Scope scope = EachScope();
  auto cell = core::Primitive::Create(core::PrimitiveKind::kSemaphore, scope).value();
  core::Semaphore semaphore(cell->cell(), scope);
  semaphore.Initialize(1);
  const int rounds = Soak(2000);
  Together(4, [&](int number) {
    Bell bell;
    for (int i = 0; i < rounds; ++i) {
      if (number % 2 == 0) {
        BlockForever(cell->word(), scope,
                     [&](bool waited) { return semaphore.TryAcquire(waited); });
      } else {
        int heard = bell.rings;
        core::Listen(&cell->word(), &bell, scope);
        bool waited = false;
        while (semaphore.TryAcquire(waited).outcome == Outcome::kWait) {
          AwaitThat([&] { return bell.rings != heard; });
          heard = bell.rings;
          waited = true;
        }
        core::StopListening(&cell->word(), &bell, scope);
      }
      if (i % 16 == 0) std::this_thread::yield();
      semaphore.Release(1, 1);
    }
  });
  CHECK(semaphore.Value() == 1);
}

}  // namespace heddle::test
