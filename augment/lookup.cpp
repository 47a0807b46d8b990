#include <troupe/augment/lookup.hpp>

#include <troupe/augment/colour_kernels.hpp>
#include <troupe/augment/lookup_kernels.hpp>
#include <troupe/augment/runs.hpp>

#include <numeric>

namespace troupe {

void lookup::apply(const image& from, image& to) const {
  each_run(from, to, [&](const std::uint8_t* at, std::size_t n, std::uint8_t* into) {
    kernels::look_up(*this, from.shape.channels, at, n, into);
  });
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

// Calls f(values, number of pixels) with some pixels after another, as the table will have made them.
template <class F>
void seen_pixels::each_some(F f) const {
  constexpr std::size_t most = 4096;
  const auto channels = std::size_t(pixels_.shape.channels);
  const bool as_they_are = table_.changes_nothing();
  each_run(pixels_, [&](const std::uint8_t* at, std::size_t n) {
    if (as_they_are) return f(at, n);
    std::array<std::uint8_t, 3 * most> seen;
    for (std::size_t i = 0; i < n; i += most) {
      const std::size_t some = std::min(most, n - i);
      kernels::look_up(table_, int(channels), at + i * channels, some, seen.data());
      f(seen.data(), some);
    }
  });
}

std::array<seen_pixels::range, 3> seen_pixels::ranges() const {
  std::array<std::uint8_t, 3> low{255, 255, 255}, high{};
  each_some([&](const std::uint8_t* values, std::size_t n) {
    kernels::widen(pixels_.shape.channels, values, n, low.data(), high.data());
  });
  return {range{low[0], high[0]}, range{low[1], high[1]}, range{low[2], high[2]}};
}

double seen_pixels::mean_grey() const {
  std::uint64_t sum = 0;
  each_some([&](const std::uint8_t* values, std::size_t n) {
    sum += pixels_.shape.channels == 3 ? kernels::sum_of_greys(values, n)
                                       : std::accumulate(values, values + n, std::uint64_t{0});
  });
  return double(sum) / (double(pixels_.shape.height) * double(pixels_.shape.width));
}

}  // namespace troupe
