#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "binding/environment.h"
#include "binding/object.h"
#include "os/futex.h"

namespace heddle::binding {

/// The arguments of one call from JavaScript: Napi::CallbackInfo without its allocations and
/// checks, since a call of ours takes some ten nanoseconds. lib/_native is the only caller and has
/// checked them; what is wrong all the same reads as zero.
class Args {
 public:
  static constexpr size_t kMost = 6;

  Args(napi_env env, napi_callback_info info) : env_(env) {
    void* data = nullptr;
    napi_get_cb_info(env, info, &count_, values_, &self_, &data);
    environment_ = static_cast<Environment*>(data);
  }

  /// Of a function that is bound to one object (BoundMethod), which is returned in `*self`.
  template <class T>
  Args(napi_env env, napi_callback_info info, T** self) : env_(env) {
    void* data = nullptr;
    napi_get_cb_info(env, info, &count_, values_, &self_, &data);
    *self = static_cast<T*>(data);
    environment_ = &(*self)->environment();
  }

  napi_env env() const { return env_; }
  Environment& environment() const { return *environment_; }
  napi_value operator[](size_t index) const { return values_[index]; }
  bool Has(size_t index) const;
  /// Whether the caller has passed so many; costs nothing.
  bool IsPassed(size_t index) const { return index < count_; }

  int32_t Int(size_t index) const {
    int32_t value = 0;
    napi_get_value_int32(env_, values_[index], &value);
    return value;
  }
  uint32_t Unsigned(size_t index) const {
    uint32_t value = 0;
    napi_get_value_uint32(env_, values_[index], &value);
    return value;
  }
  double Number(size_t index) const {
    double value = 0;
    napi_get_value_double(env_, values_[index], &value);
    return value;
  }
  bool Bool(size_t index) const {
    bool value = false;
    napi_get_value_bool(env_, values_[index], &value);
    return value;
  }
  std::string String(size_t index) const { return StringOf(values_[index]); }
  std::string StringOf(napi_value value) const;
  /// A deadline from seconds from now: 0 is now; less than 0, or left out, never.
  int64_t Deadline(size_t index) const {
    return index < count_ ? DeadlineOf(values_[index]) : os::kForever;
  }
  int64_t DeadlineOf(napi_value seconds) const;

  /// What `this` wraps. Null with an exception pending if it is none of ours.
  template <class T>
  T* Self(ClassId id = T::kClass) const {
    return static_cast<T*>(Checked(self_, id));
  }
  /// What the argument wraps, likewise.
  template <class T>
  T* As(size_t index, ClassId id = T::kClass) const {
    return static_cast<T*>(Checked(values_[index], id));
  }

  napi_value Return(int32_t value) const {
    napi_value result = nullptr;
    napi_create_int32(env_, value, &result);
    return result;
  }
  napi_value Return(core::Outcome outcome) const { return Return(static_cast<int32_t>(outcome)); }
  napi_value Return(double value) const {
    napi_value result = nullptr;
    napi_create_double(env_, value, &result);
    return result;
  }
  napi_value Return(bool value) const {
    napi_value result = nullptr;
    napi_get_boolean(env_, value, &result);
    return result;
  }
  napi_value Return(const std::string& value) const;

 private:
  Object* Checked(napi_value value, ClassId id) const;

  napi_env env_;
  Environment* environment_;
  napi_value self_ = nullptr;
  size_t count_ = kMost;
  napi_value values_[kMost];
};

/// A method or function for a class or the module, which gets `environment` with each call.
inline napi_property_descriptor Method(const char* name, napi_callback callback,
                                       Environment& environment) {
  return {name, nullptr, callback, nullptr, nullptr, nullptr, napi_default_method, &environment};
}

inline napi_property_descriptor Getter(const char* name, napi_callback getter,
                                       Environment& environment) {
  return {name, nullptr, nullptr, getter, nullptr, nullptr, napi_default, &environment};
}

/// A method that knows its object without looking into `this`, which costs more than all else that
/// a short call does. Only for own properties of the object's one JavaScript instance, called on
/// it: that keeps it alive.
inline napi_property_descriptor BoundMethod(const char* name, napi_callback callback,
                                            Object* object) {
  return {name, nullptr, callback, nullptr, nullptr, nullptr, napi_default, object};
}

/// Adds a function to what the addon exports.
inline void Export(Environment& environment, napi_value exports, const char* name,
                   napi_callback function) {
  napi_property_descriptor descriptor = Method(name, function, environment);
  descriptor.attributes = napi_enumerable;
  napi_define_properties(environment.env(), exports, 1, &descriptor);
}

}  // namespace heddle::binding
