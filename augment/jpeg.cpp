#include <troupe/augment/jpeg.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/jpeg_reader.hpp>
#include <troupe/augment/jpeg_writer.hpp>
#include <troupe/augment/spec_call.hpp>

#include <new>
#include <stdexcept>

namespace troupe {

namespace {

class compression final : public transform::implementation {
 public:
  explicit compression(std::pair<int, int> quality) : implementation(kind::pixels), quality_(quality) {
    if (!(1 <= quality.first && quality.first <= quality.second && quality.second <= 100))
      throw std::invalid_argument("jpeg: quality must be 1 <= low <= high <= 100, got " + written());
  }

  std::string name() const override { return "jpeg"; }
  std::string to_string() const override { return "jpeg(" + written() + ")"; }
  void apply(image& pixels, const transform::step& s) const override {
    const int quality = quality_.first + int(s.random.below(std::uint32_t(quality_.second - quality_.first) + 1));
    s.note("quality", std::int64_t(quality));
    const arena::mark before = s.memory->now();
    auto* file = s.memory->take_array<std::uint8_t>(jpeg_bytes(pixels.shape));
    if (!file) throw std::bad_alloc();
    read({file, write_jpeg(pixels, quality, file)}, pixels, *s.memory);
    s.memory->back_to(before);
  }
  std::size_t scratch_bytes(image_shape shape) const override {
    picture_header h;
    h.format = picture_format::jpeg;
    h.height = shape.height;
    h.width = shape.width;
    h.components = shape.channels;
    if (shape.channels == 3) h.across[0] = h.down[0] = 2;
    return arena::rounded(arena::rounded(jpeg_bytes(shape)) + jpeg_reader::bytes_needed(h));
  }

 private:
  std::string written() const {
    const std::string low = std::to_string(quality_.first);
    return quality_.first == quality_.second ? low : "(" + low + ", " + std::to_string(quality_.second) + ")";
  }

  static void read(std::span<const std::uint8_t> file, image& pixels, arena& memory) {
    const auto channels = std::size_t(pixels.shape.channels);
    jpeg_reader reader;
    if (failure bad = reader.open(file, {0, 0, pixels.shape.height, pixels.shape.width}, 1, memory))
      throw std::runtime_error("jpeg: " + bad.detail);
    for (int y = 0; y < pixels.shape.height; ++y) {
      const pixel_row row = reader.next();
      if (!row) break;
      for (int x = 0; x < pixels.shape.width; ++x)
        for (std::size_t c = 0; c < channels; ++c)
          pixels.row(y)[std::size_t(x) * channels + c] = row.plane[c][x * row.step];
    }
    if (failure bad = reader.close(true)) throw std::runtime_error("jpeg: " + bad.detail);
  }

  std::pair<int, int> quality_;
};

}  // namespace

transform jpeg(std::pair<int, int> quality) { return transform(std::make_shared<compression>(quality)); }

transform jpeg_from(const spec_call& call) {
  call.allow({"quality"});
  const auto quality = call.wholes("quality", 0, {1, 2}, {1, 100});
  return jpeg(std::pair(quality.front(), quality.back()));
}

}  // namespace troupe
