#include <troupe/augment/padding_mode.hpp>

#include <troupe/augment/gaussian.hpp>

#include <algorithm>

namespace troupe {

const char* to_string(padding_mode mode) noexcept {
  switch (mode) {
    case padding_mode::edge: return "edge";
    case padding_mode::reflect: return "reflect";
    case padding_mode::symmetric: return "symmetric";
    default: return "constant";
  }
}

int shown_at(int i, int n, padding_mode mode) noexcept {
  if (i >= 0 && i < n) return i;
  switch (mode) {
    case padding_mode::edge: return std::clamp(i, 0, n - 1);
    case padding_mode::reflect: return mirrored(i, n);
    case padding_mode::symmetric: return mirrored(2 * i + 1, 2 * n + 1) / 2;  // about the outer side of the last pixel
    default: return -1;
  }
}

}  // namespace troupe
