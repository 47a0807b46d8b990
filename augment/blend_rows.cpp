#include <troupe/augment/blend_rows.hpp>

#include <bit>
#include <cstdint>

namespace troupe::kernels {

namespace {

float widened(std::uint16_t upper) { return std::bit_cast<float>(std::uint32_t(upper) << 16); }

std::uint16_t narrowed(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return std::uint16_t((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

}  // namespace

void blend_rows(void* into, const void* other, std::size_t n, element type, double weight) {
  constexpr float half = 0.5F;  // to the nearest
  const auto a = float(weight), b = float(1 - weight);
  if (type == element::float32) {
    auto* to = static_cast<float*>(into);
    const auto* from = static_cast<const float*>(other);
    for (std::size_t i = 0; i < n; ++i) to[i] = a * to[i] + b * from[i];
  } else if (type == element::bfloat16) {
    auto* to = static_cast<std::uint16_t*>(into);
    const auto* from = static_cast<const std::uint16_t*>(other);
    for (std::size_t i = 0; i < n; ++i) to[i] = narrowed(a * widened(to[i]) + b * widened(from[i]));
  } else {
    auto* to = static_cast<std::uint8_t*>(into);
    const auto* from = static_cast<const std::uint8_t*>(other);
    for (std::size_t i = 0; i < n; ++i) to[i] = std::uint8_t(a * float(to[i]) + b * float(from[i]) + half);
  }
}

}  // namespace troupe::kernels
