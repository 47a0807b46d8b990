#include "contact_sheet.hpp"

#include "canvas.hpp"

#include <troupe/augment/implementation.hpp>
#include <troupe/sources/label_list.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace troupe {

namespace {

constexpr int gap = 4;          // pixels between cells
constexpr int least_side = 96;  // smaller images are enlarged

/// Mean and deviation of a channel, as the last transform of the list applied them.
struct normalised {
  std::array<double, 3> mean{0, 0, 0}, deviation{1, 1, 1};

  explicit normalised(const std::vector<transform>& list) {
    if (list.empty() || list.back()->what != transform::implementation::kind::normalization) return;
    const auto& m = list.back()->mean();
    const auto& d = list.back()->standard_deviation();
    for (std::size_t c = 0; c < 3; ++c) {
      mean[c] = m[m.size() == 1 ? 0 : std::min(c, m.size() - 1)];
      deviation[c] = d[d.size() == 1 ? 0 : std::min(c, d.size() - 1)];
    }
  }
  std::uint8_t undone(float value, std::size_t channel) const {
    const auto v = (double(value) * deviation[channel] + mean[channel]) * 255;
    return std::uint8_t(std::lround(std::clamp(v, 0.0, 255.0)));
  }
};

}  // namespace

void write_contact_sheet(const std::string& file, const inspected_batch& b, const dataset& data,
                         const std::vector<transform>& transforms) {
  const normalised n(transforms);
  const int scale =
      std::max(1, (least_side + std::min(b.shape.height, b.shape.width) - 1) / std::min(b.shape.height, b.shape.width));
  const int width = b.shape.width * scale, height = b.shape.height * scale;
  const int letters = width >= 160 ? 2 : 1;
  const int caption = canvas::letter_height * letters + 2 * gap;
  const int count = int(b.rows.size());
  const int columns = std::max(1, int(std::ceil(std::sqrt(double(count)))));
  const int lines = (count + columns - 1) / columns;
  canvas sheet(columns * (width + gap) + gap, lines * (height + caption) + gap);

  const auto plane = std::size_t(b.shape.height) * std::size_t(b.shape.width);
  for (int i = 0; i < count; ++i) {
    const int left = gap + (i % columns) * (width + gap), top = gap + (i / columns) * (height + caption);
    const float* pixels = b.images.data() + std::size_t(i) * plane * std::size_t(b.shape.channels);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const auto at = std::size_t(y / scale) * std::size_t(b.shape.width) + std::size_t(x / scale);
        std::array<std::uint8_t, 3> rgb{};
        for (std::size_t c = 0; c < 3; ++c) {
          const auto channel = b.shape.channels == 1 ? 0 : c;
          rgb[c] = n.undone(pixels[channel * plane + at], channel);
        }
        sheet.set(left + x, top + y, rgb);
      }
    }
    const auto& row = b.rows[std::size_t(i)];
    sheet.write(left, top + height + gap, std::to_string(row.index) + " " + spelled_label(*data, row.index), letters,
                width);
  }
  sheet.save(file);
}

}  // namespace troupe
