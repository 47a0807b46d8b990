#include <troupe/augment/gaussian.hpp>

#include <troupe/augment/smoothing_kernels.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <new>

namespace troupe {

namespace {

constexpr std::size_t lanes = kernels::floats_behind;

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

void as_floats(const std::uint8_t* from, std::size_t n, float* to) { kernels::widen(from, n, to); }
void as_floats(const float* from, std::size_t n, float* to) { std::copy_n(from, n, to); }

/// A row of n values, with `beside` pixels of its mirror image on both sides.
template <class T>
void widen(const T* row, std::size_t n, std::size_t channels, int beside, float* line) {
  const int width = int(n / channels);
  float* inner = line + std::size_t(beside) * channels;
  as_floats(row, n, inner);
  const auto show = [&](int x) {
    const float* from = inner + std::size_t(mirrored(x, width)) * channels;
    std::copy_n(from, channels, inner + x * std::ptrdiff_t(channels));
  };
  for (int i = 0; i < beside; ++i) show(-1 - i), show(width + i);
}

// Rows that were filtered along x wait in a ring as long as the filter along y, so that the image may be changed in
// place. from(y), to(y): where row y is and where it goes.
template <class From, class To>
void smooth_rows(From from, To to, image_shape shape, gaussian across, gaussian down, arena& memory) {
  const arena::mark before = memory.now();
  const auto channels = std::size_t(shape.channels), n = std::size_t(shape.width) * channels;
  const int beside = across.taps / 2, above = down.taps / 2;
  const float *along_x = weights(across, memory), *along_y = weights(down, memory);
  float* line = floats(memory, n + std::size_t(across.taps - 1) * channels + lanes);
  float* ring = floats(memory, std::size_t(down.taps) * (n + lanes));
  auto* rows = memory.take_array<const float*>(std::size_t(std::max(across.taps, down.taps)));
  if (!rows) throw std::bad_alloc();
  const auto waiting = [&](int y) { return ring + std::size_t(y % down.taps) * (n + lanes); };
  int filtered = 0;
  for (int y = 0; y < shape.height; ++y) {
    for (; filtered <= std::min(y + above, shape.height - 1); ++filtered) {
      widen(from(filtered), n, channels, beside, line);
      for (int k = 0; k < across.taps; ++k) rows[k] = line + std::size_t(k) * channels;
      kernels::add_up(rows, along_x, across.taps, n, waiting(filtered));
    }
    for (int k = 0; k < down.taps; ++k) rows[k] = waiting(mirrored(y + k - above, shape.height));
    kernels::add_up(rows, along_y, down.taps, n, to(y));
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
  return bytes(x) + bytes(y) + bytes(n + (x - 1) * channels + lanes) + bytes(y * (n + lanes)) +
         arena::rounded(std::max(x, y) * sizeof(void*));
}

void smooth(const image& from, image& to, gaussian across, gaussian down, arena& memory) {
  smooth_rows([&](int y) { return from.row(y); }, [&](int y) { return to.row(y); }, from.shape, across, down, memory);
}
void smooth(float* data, image_shape shape, gaussian across, gaussian down, arena& memory) {
  const auto row = [=](int y) {
    return data + std::size_t(y) * std::size_t(shape.width) * std::size_t(shape.channels);
  };
  smooth_rows(row, row, shape, across, down, memory);
}

}  // namespace troupe
