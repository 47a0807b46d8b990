#include <troupe/augment/pad.hpp>

#include <troupe/augment/gaussian.hpp>
#include <troupe/augment/implementation.hpp>
#include <troupe/augment/spec_arguments.hpp>

#include <algorithm>
#include <stdexcept>

namespace troupe {

namespace {

const char* word(padding_mode mode) noexcept {
  switch (mode) {
    case padding_mode::edge: return "edge";
    case padding_mode::reflect: return "reflect";
    case padding_mode::symmetric: return "symmetric";
    default: return "constant";
  }
}

/// Which of n pixels stands at place i; -1: none of them.
int shown_at(int i, int n, padding_mode mode) noexcept {
  if (i >= 0 && i < n) return i;
  switch (mode) {
    case padding_mode::edge: return std::clamp(i, 0, n - 1);
    case padding_mode::reflect: return mirrored(i, n);
    case padding_mode::symmetric: return mirrored(2 * i + 1, 2 * n + 1) / 2;  // about the outer side of the last pixel
    default: return -1;
  }
}

class border final : public transform::implementation {
 public:
  border(const margins& padding, const colour& fill, padding_mode mode)
      : implementation(kind::pixels), by_(padding), fill_(fill), mode_(mode) {
    for (int side : {by_.left, by_.top, by_.right, by_.bottom})
      if (side < 0 || side > 16384)
        throw std::invalid_argument("pad: padding must be in 0 ... 16384, got " + std::to_string(side));
    check_colour("pad", "fill", fill);
  }

  bool certain() const override { return true; }
  std::string name() const override { return "pad"; }
  std::string to_string() const override {
    const auto number = [](int v) { return std::to_string(v); };
    const bool both = by_.left == by_.right && by_.top == by_.bottom;
    const std::string sides = both && by_.left == by_.top ? number(by_.left)
                              : both                      ? "(" + number(by_.left) + ", " + number(by_.top) + ")"
                                     : "(" + number(by_.left) + ", " + number(by_.top) + ", " + number(by_.right) +
                                           ", " + number(by_.bottom) + ")";
    return "pad(" + sides + ", fill=" + fill_.to_string() + ", padding_mode=" + word(mode_) + ")";
  }
  std::optional<extent> result(std::optional<extent> size) const override {
    if (!size) return size;
    return extent{size->height + by_.top + by_.bottom, size->width + by_.left + by_.right};
  }
  void apply(image& pixels, const transform::step& s) const override {
    image out = image_in(*s.memory, padded(pixels.shape));
    for (int y = 0; y < out.shape.height; ++y) {
      const int from = shown_at(y - by_.top, pixels.shape.height, mode_);
      if (from < 0)
        paint(out.row(y), 0, out.shape.width, out.shape.channels, fill_);
      else
        write(pixels, pixels.row(from), out.row(y));
    }
    pixels = out;
  }
  std::size_t scratch_bytes(image_shape shape) const override { return image_bytes(padded(shape)); }

 private:
  image_shape padded(image_shape s) const noexcept {
    return {s.height + by_.top + by_.bottom, s.width + by_.left + by_.right, s.channels};
  }
  void write(const image& pixels, const std::uint8_t* from, std::uint8_t* to) const {
    const int width = pixels.shape.width, channels = pixels.shape.channels, end = by_.left + width;
    const auto beside = [&](int x) {
      const int shown = shown_at(x - by_.left, width, mode_);
      if (shown < 0)
        paint(to, x, x + 1, channels, fill_);
      else
        std::copy_n(from + shown * channels, channels, to + x * channels);
    };
    for (int x = 0; x < by_.left; ++x) beside(x);
    std::copy_n(from, width * channels, to + by_.left * channels);
    for (int x = end; x < end + by_.right; ++x) beside(x);
  }

  margins by_;
  colour fill_;
  padding_mode mode_;
};

}  // namespace

transform pad(margins padding, colour fill, padding_mode mode) {
  return transform(std::make_shared<border>(padding, fill, mode));
}

transform pad_from(const spec_call& call) {
  call.allow({"padding", "fill", "padding_mode"});
  const auto v = call.wholes("padding", 0, {1, 2, 4}, {});
  const margins m = v.size() == 1   ? margins(v[0])
                    : v.size() == 2 ? margins(v[0], v[1])
                                    : margins(v[0], v[1], v[2], v[3]);
  const std::string mode = call.word("padding_mode", 2, {"constant", "edge", "reflect", "symmetric"}, "constant");
  return pad(m, colour_in(call, "fill", 1),
             mode == "edge"        ? padding_mode::edge
             : mode == "reflect"   ? padding_mode::reflect
             : mode == "symmetric" ? padding_mode::symmetric
                                   : padding_mode::constant);
}

}  // namespace troupe
