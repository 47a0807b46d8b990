#include <troupe/augment/point_operations.hpp>

#include <troupe/augment/blend.hpp>

#include <cmath>
#include <numeric>

namespace troupe::points {

namespace {

using table256 = std::array<std::uint8_t, 256>;

template <class F>
table256 tabulated(F f) {
  table256 t;
  for (int v = 0; v < 256; ++v) t[std::size_t(v)] = f(v);
  return t;
}

table256 stretched(const seen_pixels::range& used) {
  const int low = used.low, high = used.high;
  if (high <= low) return tabulated([](int v) { return std::uint8_t(v); });
  const double scale = 255.0 / (high - low), offset = -low * scale;
  return tabulated([=](int v) { return cut(v * scale + offset); });
}

// Pillow's ImageOps.equalize: the running sum of the histogram, so that the last value that is used becomes 255.
table256 equalized(const std::array<std::uint32_t, 256>& histogram) {
  std::size_t last = 255;
  while (last > 0 && histogram[last] == 0) --last;
  const std::uint64_t all = std::accumulate(histogram.begin(), histogram.end(), std::uint64_t{0});
  const std::uint64_t step = (all - histogram[last]) / 255;
  if (step == 0) return tabulated([](int v) { return std::uint8_t(v); });
  std::uint64_t sum = step / 2;
  return tabulated([&](int v) {
    const auto level = std::min<std::uint64_t>(255, sum / step);
    sum += histogram[std::size_t(v)];
    return std::uint8_t(level);
  });
}

template <class Seen, class F>
void by_channel(lookup& table, const seen_pixels& before, const Seen& seen, F f) {
  std::array<table256, 3> of{};
  for (std::size_t c = 0; c < 3; ++c) of[c] = int(c) < before.channels() ? f(seen[c]) : of[0];
  table.then([&](std::size_t c, std::uint8_t v) { return of[c][v]; });
}

}  // namespace

void invert(lookup& table) {
  table.then([](std::size_t, std::uint8_t v) { return std::uint8_t(255 - v); });
}

void posterize(lookup& table, int bits) {
  const int kept = 0xFF << (8 - bits) & 0xFF;
  table.then([=](std::size_t, std::uint8_t v) { return std::uint8_t(v & kept); });
}

void solarize(lookup& table, double threshold) {
  table.then(tabulated([=](int v) { return std::uint8_t(v < threshold ? v : 255 - v); }));
}

void autocontrast(lookup& table, const seen_pixels& before) { by_channel(table, before, before.ranges(), stretched); }
void equalize(lookup& table, const seen_pixels& before) { by_channel(table, before, before.histograms(), equalized); }

void brightness(lookup& table, double factor) {
  table.then(tabulated([=](int v) { return blended(0, v, float(factor)); }));
}

void contrast(lookup& table, double factor, const seen_pixels& before) {
  const int grey = int(std::lround(before.mean_grey()));
  table.then(tabulated([=](int v) { return blended(grey, v, float(factor)); }));
}

}  // namespace troupe::points
