#include <troupe/augment/lookup.hpp>

#include <troupe/augment/colour_kernels.hpp>
#include <troupe/augment/lookup_kernels.hpp>
#include <troupe/augment/runs.hpp>

namespace troupe {

void lookup::apply(image& pixels) const {
  each_run(pixels, [&](std::uint8_t* at, std::size_t n) { kernels::look_up(*this, pixels.shape.channels, at, n, at); });
}

// Neighbours are often alike: two counters for each value, in turn, so that none waits for itself.
std::array<std::array<std::uint32_t, 256>, 3> seen_pixels::histograms() const {
  std::array<std::array<std::uint32_t, 256>, 6> counted{};
  std::array<std::array<std::uint32_t, 256>, 3> now{};
  const auto channels = std::size_t(pixels_.shape.channels);
  const auto count = [&](const std::uint8_t* at, std::size_t bank) {
    for (std::size_t c = 0; c < channels; ++c) ++counted[bank + c][at[c]];
  };
  each_run(pixels_, [&](const std::uint8_t* at, std::size_t n) {
    std::size_t i = 0;
    for (; i + 2 <= n; i += 2) count(at + i * channels, 0), count(at + (i + 1) * channels, 3);
    if (i < n) count(at + i * channels, 0);
  });
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t v = 0; v < 256; ++v) now[c][table_.of[c][v]] += counted[c][v] + counted[c + 3][v];
  return now;
}

std::array<seen_pixels::range, 3> seen_pixels::ranges() const {
  std::array<range, 3> found;
  const auto channels = std::size_t(pixels_.shape.channels);
  if (table_.changes_nothing()) {
    std::array<std::uint8_t, 3> low{255, 255, 255}, high{};
    each_run(pixels_, [&](const std::uint8_t* at, std::size_t n) {
      kernels::widen(pixels_.shape.channels, at, n, low.data(), high.data());
    });
    for (std::size_t c = 0; c < channels; ++c) found[c] = {low[c], high[c]};
    return found;
  }
  const auto counted = histograms();
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t v = 0; v < 256; ++v)
      if (counted[c][v] > 0) found[c] = {std::min(found[c].low, std::uint8_t(v)), std::uint8_t(v)};
  return found;
}

double seen_pixels::mean_grey() const {
  constexpr std::size_t most = 512;
  const int channels = pixels_.shape.channels;
  const bool as_they_are = table_.changes_nothing();
  std::uint64_t sum = 0;
  each_run(pixels_, [&](const std::uint8_t* at, std::size_t n) {
    std::array<std::uint8_t, 3 * most> seen;
    for (std::size_t i = 0; i < n; i += most) {
      const std::size_t some = std::min(most, n - i);
      const std::uint8_t* values = at + i * std::size_t(channels);
      if (!as_they_are) {
        kernels::look_up(table_, channels, values, some, seen.data());
        values = seen.data();
      }
      if (channels == 3)
        sum += kernels::sum_of_greys(values, some);
      else
        for (std::size_t k = 0; k < some; ++k) sum += values[k];
    }
  });
  return double(sum) / (double(pixels_.shape.height) * double(pixels_.shape.width));
}

}  // namespace troupe
