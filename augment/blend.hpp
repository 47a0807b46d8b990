#pragma once
#include <algorithm>
#include <cstdint>

namespace troupe {

/// Pillow's Image.blend: from `a` (factor 0) to `b` (1) and beyond, cut to 0 … 255, fractions dropped.
inline std::uint8_t blended(int a, int b, float factor) noexcept {
  return std::uint8_t(std::clamp(float(a) + factor * float(b - a), 0.0F, 255.0F));
}

}  // namespace troupe
