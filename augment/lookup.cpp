#include <troupe/augment/lookup.hpp>

namespace troupe {

void lookup::apply(image& pixels) const {
  const int width = pixels.shape.width;
  for (int y = 0; y < pixels.shape.height; ++y) {
    std::uint8_t* row = pixels.row(y);
    if (pixels.shape.channels == 1 || same_for_all()) {
      const auto& table = of[0];
      for (int x = 0; x < width * pixels.shape.channels; ++x) row[x] = table[row[x]];
    } else {
      for (int x = 0; x < width; ++x)
        for (std::size_t c = 0; c < 3; ++c) row[3 * std::size_t(x) + c] = of[c][row[3 * std::size_t(x) + c]];
    }
  }
}

std::array<std::uint32_t, 256> seen_pixels::histogram(std::size_t channel) const {
  std::array<std::uint32_t, 256> before{}, now{};
  const auto channels = std::size_t(pixels_.shape.channels);
  for (int y = 0; y < pixels_.shape.height; ++y) {
    const std::uint8_t* at = pixels_.row(y) + channel;
    for (int x = 0; x < pixels_.shape.width; ++x, at += channels) ++before[*at];
  }
  for (std::size_t v = 0; v < 256; ++v) now[table_.of[channel][v]] += before[v];
  return now;
}

double seen_pixels::mean_grey() const {
  std::uint64_t sum = 0;
  for (int y = 0; y < pixels_.shape.height; ++y) {
    const std::uint8_t* at = pixels_.row(y);
    for (int x = 0; x < pixels_.shape.width; ++x, at += pixels_.shape.channels)
      sum += pixels_.shape.channels == 1 ? table_.of[0][at[0]]
                                         : grey_of(table_.of[0][at[0]], table_.of[1][at[1]], table_.of[2][at[2]]);
  }
  return double(sum) / (double(pixels_.shape.height) * double(pixels_.shape.width));
}

}  // namespace troupe
