#include <troupe/augment/pad.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/spec_arguments.hpp>

#include <cstring>
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
    s.follow(surrounded({s.shape.height, s.shape.width}));
    const image& from = *s.from;
    const int height = from.shape.height;
    const int* columns = beside(from.shape.width, *s.memory);
    for (int y = 0; y < height; ++y) write(from.row(y), from.shape, columns, pixels.row(by_.top + y));
    const auto repeat = [&](int y) {
      const std::uint8_t* row = pixels.row(by_.top + shown_at(y, height, mode_));
      std::memcpy(pixels.row(by_.top + y), row, std::size_t(pixels.shape.width) * std::size_t(pixels.shape.channels));
    };
    for (int y = -by_.top; y < 0; ++y) repeat(y);
    for (int y = height; y < height + by_.bottom; ++y) repeat(y);
  }
  place output() const override { return place::beside; }
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
  void write(const std::uint8_t* from, image_shape shape, const int* columns, std::uint8_t* to) const {
    std::uint8_t* inner = to + by_.left * shape.channels;
    std::memcpy(inner, from, std::size_t(shape.width) * std::size_t(shape.channels));
    if (shape.channels == 3)
      show<3>(inner, shape.width, columns, to);
    else
      show<1>(inner, shape.width, columns, to);
  }
  template <int Channels>
  void show(const std::uint8_t* inner, int width, const int* columns, std::uint8_t* to) const {
    for (int i = 0; i < by_.left; ++i) std::memcpy(to + i * Channels, inner + columns[i] * Channels, Channels);
    to += (by_.left + width) * Channels;
    columns += by_.left;
    for (int i = 0; i < by_.right; ++i) std::memcpy(to + i * Channels, inner + columns[i] * Channels, Channels);
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
