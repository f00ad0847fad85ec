#include "binding/args.h"

#include <cmath>

#include "os/clock.h"
#include "os/futex.h"

namespace heddle::binding {

bool Args::Has(size_t index) const {
  napi_valuetype type = napi_undefined;
  return napi_typeof(env_, values_[index], &type) == napi_ok && type != napi_undefined &&
         type != napi_null;
}

std::string Args::StringOf(napi_value value) const {
  size_t size = 0;
  if (napi_get_value_string_utf8(env_, value, nullptr, 0, &size) != napi_ok) return {};
  std::string text(size, '\0');
  napi_get_value_string_utf8(env_, value, text.data(), size + 1, &size);
  return text;
}

int64_t Args::DeadlineOf(napi_value value) const {
  double seconds = 0;
  napi_get_value_double(env_, value, &seconds);
  if (seconds == 0) return 0;
  if (seconds < 0) return os::kForever;
  double deadline = static_cast<double>(os::MonotonicNanos()) + std::ceil(seconds * 1e9);
  // Some 290 years; lib/_internal/time.ts refuses more than threading.TIMEOUT_MAX.
  return deadline < 9.2e18 ? static_cast<int64_t>(deadline) : os::kForever;
}

Object* Args::Checked(napi_value value, ClassId id) const {
  Object* object = Unwrap(env_, value);
  if (object != nullptr && object->class_id() == id) return object;
  napi_throw_type_error(env_, "ERR_INVALID_THIS", "heddle: not an object of the expected class");
  return nullptr;
}

napi_value Args::Return(const std::string& value) const {
  napi_value result = nullptr;
  napi_create_string_utf8(env_, value.data(), value.size(), &result);
  return result;
}

}  // namespace heddle::binding
