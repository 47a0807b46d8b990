#include <troupe/augment/pad.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/spec_arguments.hpp>

#include <algorithm>
#include <new>
#include <stdexcept>

namespace troupe {

namespace {

class border final : public transform::implementation {
 public:
  border(const margins& padding, const colour& fill, padding_mode mode)
      : implementation(mode == padding_mode::constant ? kind::geometry : kind::pixels),
        by_(padding),
        fill_(fill),
        mode_(mode) {
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
    return "pad(" + sides + ", fill=" + fill_.to_string() + ", padding_mode=" + troupe::to_string(mode_) + ")";
  }
  std::optional<extent> result(std::optional<extent> size) const override {
    if (!size) return size;
    return extent{size->height + by_.top + by_.bottom, size->width + by_.left + by_.right};
  }
  resampling arrange(const transform::step& s) const override { return surrounded({s.shape.height, s.shape.width}); }
  resampling widest(extent size) const override { return surrounded(size); }
  void apply(image& pixels, const transform::step& s) const override {
    s.follow(surrounded({pixels.shape.height, pixels.shape.width}));
    image out = image_in(*s.memory, padded(pixels.shape));
    const int* columns = beside(pixels.shape.width, *s.memory);
    for (int y = 0; y < out.shape.height; ++y) {
      const int from = shown_at(y - by_.top, pixels.shape.height, mode_);
      write(pixels, pixels.row(from), columns, out.row(y));
    }
    pixels = out;
  }
  std::size_t scratch_bytes(image_shape shape) const override {
    return image_bytes(padded(shape)) + arena::rounded(std::size_t(by_.left + by_.right) * sizeof(int));
  }

 private:
  resampling surrounded(extent size) const {
    resampling view = whole(size);
    view.window = {-by_.top, -by_.left, size.height + by_.top + by_.bottom, size.width + by_.left + by_.right};
    view.fill = fill_;
    view.beyond = mode_;
    return view;
  }
  image_shape padded(image_shape s) const noexcept {
    return {s.height + by_.top + by_.bottom, s.width + by_.left + by_.right, s.channels};
  }
  /// Which columns are shown left and right of the image.
  const int* beside(int width, arena& memory) const {
    auto* columns = memory.take_array<int>(std::size_t(by_.left) + std::size_t(by_.right));
    if (!columns) throw std::bad_alloc();
    for (int i = 0; i < by_.left + by_.right; ++i)
      columns[i] = shown_at(i < by_.left ? i - by_.left : i - by_.left + width, width, mode_);
    return columns;
  }
  void write(const image& pixels, const std::uint8_t* from, const int* columns, std::uint8_t* to) const {
    const int width = pixels.shape.width, channels = pixels.shape.channels, end = by_.left + width;
    std::copy_n(from, width * channels, to + by_.left * channels);
    const auto show = [&](int column, int x) {
      for (int c = 0; c < channels; ++c) to[x * channels + c] = from[column * channels + c];
    };
    for (int i = 0; i < by_.left; ++i) show(columns[i], i);
    for (int i = 0; i < by_.right; ++i) show(columns[by_.left + i], end + i);
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
