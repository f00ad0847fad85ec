#define DOCTEST_CONFIG_IMPLEMENT
// Its handlers of signals read out of bounds in a test with subcases, and hide the sanitizer's.
#define DOCTEST_CONFIG_NO_POSIX_SIGNALS
#include <doctest/doctest.h>
#include <poll.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>

#include "family_support.h"
#include "support.h"

#if HEDDLE_ASAN
/// Freed memory that is kept for the sanitizer to watch makes each fork() slow: a little will do.
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() {
  return "quarantine_size_mb=8";
}
#endif

namespace heddle::test {
namespace {

constexpr int64_t kTimeLimit = 60'000'000'000;

/// Aborts when a test takes too long, with its name: most bugs of this code are hangs.
class Watchdog final : public doctest::IReporter {
 public:
  explicit Watchdog(const doctest::ContextOptions&) {}

  void test_run_start() override {
    std::thread([] {
      // It polls, since it must not depend on anything that is under test.
      for (;; poll(nullptr, 0, 500)) Check();
    }).detach();
  }
  void test_case_start(const doctest::TestCaseData& test) override { Begin(&test); }
  void test_case_reenter(const doctest::TestCaseData& test) override { Begin(&test); }
  void test_case_end(const doctest::CurrentTestCaseStats&) override { Begin(nullptr); }

  void report_query(const doctest::QueryData&) override {}
  void test_run_end(const doctest::TestRunStats&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void log_message(const doctest::MessageData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}

 private:
  static void Begin(const doctest::TestCaseData* test) {
    std::lock_guard guard(mutex_);
    test_ = test;
    begun_ = os::MonotonicNanos();
  }

  static void Check() {
    std::lock_guard guard(mutex_);
    if (test_ == nullptr || os::MonotonicNanos() - begun_ < Soak(1) * kTimeLimit) return;
    std::fprintf(stderr, "%s:%u: hangs: %s\n", test_->m_file.c_str(), test_->m_line, test_->m_name);
    std::abort();
  }

  static inline std::mutex mutex_;
  static inline const doctest::TestCaseData* test_ = nullptr;
  static inline int64_t begun_ = 0;
};

REGISTER_LISTENER("watchdog", 1, Watchdog);

}  // namespace
}  // namespace heddle::test

int main(int count, char** arguments) {
  int status = heddle::test::RunRole();
  return status >= 0 ? status : doctest::Context(count, arguments).run();
}
