#include <troupe/augment/convert_rows.hpp>
#include <troupe/augment/distributions.hpp>
#include <troupe/augment/mixed_rows.hpp>
#include <troupe/augment/shift_rows.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace troupe {

namespace {

/// Where a rectangle of a row lies whose elements have so many bytes.
struct elements {
  image_shape shape;
  bool channels_last = false;
  std::size_t bytes = 1;

  int planes() const noexcept { return channels_last ? 1 : shape.channels; }
  kernels::row_part part(const rect& cut, int plane) const noexcept {
    const auto pixel = bytes * std::size_t(channels_last ? shape.channels : 1);
    const auto step = std::size_t(shape.width) * pixel;
    const auto first = std::size_t(plane) * std::size_t(shape.height) + std::size_t(cut.top);
    return {first * step + std::size_t(cut.left) * pixel, std::size_t(cut.height), std::size_t(cut.width) * pixel,
            step};
  }
};

class cut_and_mixed final : public mixed_rows {
 public:
  cut_and_mixed(double alpha, draw_for draws) : mixed_rows("cutmix", alpha, draws) {}

 private:
  // torchvision's: half the sides are cut off to whole pixels, then the rectangle to the image.
  share draw(const batch_rows& b, generator& g) const override {
    const auto [height, width] = std::pair(b.shape.height, b.shape.width);
    const double half = 0.5 * std::sqrt(1 - beta(g, alpha(), alpha()));
    const int x = int(g.below(std::uint32_t(width)));
    const int y = int(g.below(std::uint32_t(height)));
    const int half_width = int(half * width), half_height = int(half * height);
    rect cut{std::max(y - half_height, 0), std::max(x - half_width, 0), 0, 0};
    cut.height = std::min(y + half_height, height) - cut.top;
    cut.width = std::min(x + half_width, width) - cut.left;
    return {1 - double(cut.width) * cut.height / (double(width) * height), cut};
  }
  void note(drawn& report, const share& s) const override {
    mixed_rows::note(report, s);
    const std::pair<const char*, int> sides[] = {
        {"top", s.cut.top}, {"left", s.cut.left}, {"height", s.cut.height}, {"width", s.cut.width}};
    for (const auto& [name, value] : sides) report.values.emplace_back(name, std::int64_t(value));
  }
  void mix(const batch_rows& b, const std::vector<share>& shares, const batch_transform::step& s) const override {
    const elements of{b.shape, b.format.channels_last, s.conversion ? 1 : size_of(b.format.type)};
    if (shares.size() > 1 || s.conversion) return mix_each(b, of, shares, s);
    for (int plane = 0; plane < of.planes(); ++plane)
      kernels::shift_rows(b.image(0), b.rows, b.row_bytes(), of.part(shares.front().cut, plane), s.memory);
  }
  // From the last row upwards, so that a row is changed after the one that wants it as it was.
  static void mix_each(const batch_rows& b, const elements& of, const std::vector<share>& shares,
                       const batch_transform::step& s) {
    copy(of, shares.front().cut, s.memory, b.image(b.rows - 1));
    for (std::size_t r = b.rows; r-- > 0;) {
      copy(of, shares[shares.size() > 1 ? r : 0].cut, b.image(r), r > 0 ? b.image(r - 1) : s.memory);
      if (s.conversion) kernels::convert_rows(b.image(r), 1, b.shape, *s.conversion);
    }
  }
  static void copy(const elements& of, const rect& cut, std::byte* row, const std::byte* other) {
    for (int plane = 0; plane < of.planes(); ++plane) {
      const auto part = of.part(cut, plane);
      for (std::size_t line = 0; line < part.lines; ++line) {
        const auto at = part.at + line * part.step;
        std::memcpy(row + at, other + at, part.bytes);
      }
    }
  }
};

}  // namespace

batch_transform cutmix(double alpha, draw_for draws) {
  return batch_transform(std::make_shared<cut_and_mixed>(alpha, draws));
}

}  // namespace troupe
