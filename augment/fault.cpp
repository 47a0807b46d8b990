#include <troupe/augment/fault.hpp>

namespace troupe {

const char* to_string(fault f) noexcept {
  switch (f) {
    case fault::none: return "none";
    case fault::unsupported: return "unsupported";
    case fault::truncated: return "truncated";
    case fault::corrupt: return "corrupt";
    case fault::too_large: return "too_large";
    case fault::empty: return "empty";
    case fault::missing: return "missing";
    case fault::io: return "io";
    case fault::transform: return "transform";
    case fault::stage: return "stage";
    case fault::filtered: return "filtered";
  }
  return "unknown";
}

}  // namespace troupe
