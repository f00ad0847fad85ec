#pragma once

#include <utility>
#include <variant>

namespace heddle::os {

/// A system call that failed: its errno and its name, for the one place that makes the error.
struct Failure {
  int error;
  const char* syscall;
};

/// A value, or the failure of the call that should have made it.
template <class T>
class Result {
 public:
  Result(T value) : state_(std::move(value)) {}  // NOLINT: implicit by design
  Result(Failure failure) : state_(failure) {}   // NOLINT: implicit by design

  bool ok() const { return state_.index() == 0; }
  T& value() { return std::get<0>(state_); }
  const Failure& failure() const { return std::get<1>(state_); }

 private:
  std::variant<T, Failure> state_;
};

}  // namespace heddle::os
