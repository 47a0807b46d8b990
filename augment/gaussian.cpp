#include <troupe/augment/gaussian.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <new>

namespace troupe {

namespace {

constexpr std::size_t lanes = 16;  ///< sums that are made at once; so many floats are readable behind a row

float* floats(arena& memory, std::size_t count) {
  auto* p = memory.take_array<float>(count);
  if (!p) throw std::bad_alloc();
  return p;
}

const float* weights(const gaussian& g, arena& memory) {
  float* w = floats(memory, std::size_t(g.taps));
  const int middle = g.taps / 2;
  const auto density = [&](int k) {
    const double z = (k - middle) / g.sigma;
    return std::exp(-0.5 * z * z);
  };
  double sum = 0;
  for (int k = 0; k < g.taps; ++k) sum += density(k);
  for (int k = 0; k < g.taps; ++k) w[k] = float(density(k) / sum);
  return w;
}

/// The weighted sum of `taps` rows of n values, of which row(k) is the k-th.
template <class Row>
void add_up(const float* weights, int taps, Row row, std::size_t n, float* to) {
  for (std::size_t i = 0; i < n; i += lanes) {
    float sum[lanes] = {};
    for (int k = 0; k < taps; ++k) {
      const float* at = row(k) + i;
      for (std::size_t j = 0; j < lanes; ++j) sum[j] += weights[k] * at[j];
    }
    std::copy_n(sum, lanes, to + i);
  }
}

float value(float sum, float) noexcept { return sum; }
std::uint8_t value(float sum, std::uint8_t) noexcept {
  constexpr float half = 0.5f;  // sums are never negative, so cutting rounds, and inline
  return std::uint8_t(sum + half);
}

// Rows that were filtered along x wait in a ring as long as the filter along y, so that the image is changed in place.
template <class T>
void smooth_rows(T* data, image_shape shape, std::size_t stride, gaussian across, gaussian down, arena& memory) {
  const arena::mark before = memory.now();
  const auto channels = std::size_t(shape.channels), n = std::size_t(shape.width) * channels;
  const int beside = across.taps / 2, above = down.taps / 2;
  const float *along_x = weights(across, memory), *along_y = weights(down, memory);
  float* line = floats(memory, n + std::size_t(across.taps - 1) * channels + lanes);
  float* ring = floats(memory, std::size_t(down.taps) * (n + lanes));
  float* sums = floats(memory, n + lanes);
  const auto waiting = [&](int y) { return ring + std::size_t(y % down.taps) * (n + lanes); };
  int filtered = 0;
  for (int y = 0; y < shape.height; ++y) {
    for (; filtered <= std::min(y + above, shape.height - 1); ++filtered) {
      const T* row = data + std::size_t(filtered) * stride;
      for (int x = -beside; x < shape.width + beside; ++x)
        for (std::size_t c = 0; c < channels; ++c)
          line[std::size_t(x + beside) * channels + c] =
              float(row[std::size_t(mirrored(x, shape.width)) * channels + c]);
      add_up(
          along_x, across.taps, [&](int k) { return line + std::size_t(k) * channels; }, n, waiting(filtered));
    }
    add_up(
        along_y, down.taps, [&](int k) { return waiting(mirrored(y + k - above, shape.height)); }, n, sums);
    T* row = data + std::size_t(y) * stride;
    for (std::size_t i = 0; i < n; ++i) row[i] = value(sums[i], T{});
  }
  memory.back_to(before);
}

}  // namespace

int mirrored(int i, int n) noexcept {
  if (i >= 0 && i < n) return i;
  if (n == 1) return 0;
  i = std::abs(i) % (2 * n - 2);
  return i < n ? i : 2 * n - 2 - i;
}

std::size_t smooth_bytes(image_shape shape, int taps_across, int taps_down) noexcept {
  const auto channels = std::size_t(shape.channels), n = std::size_t(shape.width) * channels;
  const auto x = std::size_t(taps_across), y = std::size_t(taps_down);
  const auto bytes = [](std::size_t count) { return arena::rounded(count * sizeof(float)); };
  return bytes(x) + bytes(y) + bytes(n + (x - 1) * channels + lanes) + bytes(y * (n + lanes)) + bytes(n + lanes);
}

void smooth(std::uint8_t* data, image_shape shape, std::size_t stride, gaussian across, gaussian down, arena& memory) {
  smooth_rows(data, shape, stride, across, down, memory);
}
void smooth(float* data, image_shape shape, std::size_t stride, gaussian across, gaussian down, arena& memory) {
  smooth_rows(data, shape, stride, across, down, memory);
}

}  // namespace troupe
