#include <troupe/augment/crop.hpp>

#include <troupe/augment/beyond.hpp>
#include <troupe/augment/implementation.hpp>
#include <troupe/augment/spec_arguments.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace troupe {

// torchvision pads first, (crop - size) / 2 before and the rest after, and crops at int(round((size - crop) / 2)),
// where Python rounds halves to even.
rect middle_of(extent size, extent part) noexcept {
  const auto start = [](int all, int crop) {
    return crop > all ? -((crop - all) / 2) : int(std::nearbyint((all - crop) / 2.0));
  };
  return {start(size.height, part.height), start(size.width, part.width), part.height, part.width};
}

namespace {

resampling cropped(extent size, const rect& window) {
  resampling view = whole(size);
  view.window = window;
  return view;
}

void note(const transform::step& s, const rect& r) {
  s.note("top", std::int64_t(r.top));
  s.note("left", std::int64_t(r.left));
  s.note("height", std::int64_t(r.height));
  s.note("width", std::int64_t(r.width));
}

class center final : public transform::implementation {
 public:
  explicit center(sides size) : implementation(kind::geometry), size_(size) { check_sides("center_crop", size); }

  bool certain() const override { return true; }
  std::string name() const override { return "center_crop"; }
  std::string to_string() const override { return "center_crop(" + size_.to_string() + ")"; }

  resampling arrange(const transform::step& s) const override {
    const rect window = middle({s.shape.height, s.shape.width});
    note(s, window);
    return cropped({s.shape.height, s.shape.width}, window);
  }
  resampling widest(extent size) const override { return cropped(size, middle(size)); }
  std::optional<extent> result(std::optional<extent>) const override { return extent{size_.height, size_.width}; }

 private:
  rect middle(extent size) const { return middle_of(size, {size_.height, size_.width}); }

  sides size_;
};

class anywhere final : public transform::implementation {
 public:
  anywhere(sides size, const margins& padding, bool pad_if_needed, const colour& fill, padding_mode mode)
      : implementation(mode == padding_mode::constant ? kind::geometry : kind::pixels),
        size_(size),
        padding_(padding),
        pad_if_needed_(pad_if_needed),
        fill_(fill),
        mode_(mode) {
    check_sides("random_crop", size);
    check_margins("random_crop", padding);
    check_colour("random_crop", "fill", fill);
  }

  std::string name() const override { return "random_crop"; }
  std::string to_string() const override {
    std::string text = "random_crop(" + size_.to_string();
    if (!(padding_ == margins(0))) text += ", padding=" + padding_.to_string();
    if (pad_if_needed_) text += ", pad_if_needed=true";
    if (!(fill_ == colour(0))) text += ", fill=" + fill_.to_string();
    if (mode_ != padding_mode::constant) text += ", padding_mode=" + std::string(troupe::to_string(mode_));
    return text + ")";
  }

  resampling arrange(const transform::step& s) const override {
    const extent size{s.shape.height, s.shape.width};
    const margins by = around(size);
    const int rows = room(size.height, by.top, by.bottom, size_.height);
    const int columns = room(size.width, by.left, by.right, size_.width);
    if (rows < 0 || columns < 0)
      throw std::runtime_error("random_crop: wants " + size_.to_string() + " out of an image of " +
                               sides(size.height, size.width).to_string() + " with padding " + padding_.to_string() +
                               "; resize first, pad more, or say pad_if_needed=true");
    const rect window{int(s.random.below(std::uint32_t(rows) + 1)) - by.top,
                      int(s.random.below(std::uint32_t(columns) + 1)) - by.left, size_.height, size_.width};
    note(s, window);
    return seen(size, window);
  }
  // One that reaches beyond the edges, where any does.
  resampling widest(extent size) const override {
    const margins by = around(size);
    const auto start = [](int all, int before, int behind, int part) {
      return before > 0 ? -before : all + behind - part;
    };
    return seen(size, {start(size.height, by.top, by.bottom, size_.height),
                       start(size.width, by.left, by.right, size_.width), size_.height, size_.width});
  }
  std::optional<extent> result(std::optional<extent>) const override { return extent{size_.height, size_.width}; }
  void apply(image& pixels, const transform::step& s) const override {
    const resampling view = arrange(s);
    s.follow(view);
    show_beyond(*s.from, view, pixels, *s.memory);
  }
  place output() const override { return place::beside; }
  std::size_t scratch_bytes(image_shape shape) const override {
    return image_bytes({size_.height, size_.width, shape.channels}) + show_beyond_bytes(size_.width);
  }

 private:
  static int room(int all, int before, int behind, int part) noexcept { return all + before + behind - part; }
  /// What is put around an image of this size.
  margins around(extent size) const noexcept {
    margins by = padding_;
    if (!pad_if_needed_) return by;
    const int rows = std::max(-room(size.height, by.top, by.bottom, size_.height), 0);
    const int columns = std::max(-room(size.width, by.left, by.right, size_.width), 0);
    return {by.left + columns, by.top + rows, by.right + columns, by.bottom + rows};
  }
  resampling seen(extent size, const rect& window) const {
    resampling view = cropped(size, window);
    view.fill = fill_;
    view.beyond = mode_;
    return view;
  }

  sides size_;
  margins padding_;
  bool pad_if_needed_ = false;
  colour fill_;
  padding_mode mode_;
};

}  // namespace

transform center_crop(sides size) { return transform(std::make_shared<center>(size)); }
transform random_crop(sides size, margins padding, bool pad_if_needed, colour fill, padding_mode mode) {
  return transform(std::make_shared<anywhere>(size, padding, pad_if_needed, fill, mode));
}

transform center_crop_from(const spec_call& call) {
  call.allow({"size"});
  return center_crop(call.size("size", 0));
}

transform random_crop_from(const spec_call& call) {
  call.allow({"size", "padding", "pad_if_needed", "fill", "padding_mode"});
  return random_crop(call.size("size", 0), margins_in(call, "padding", 1, {0}), call.flag("pad_if_needed", 2, false),
                     colour_in(call, "fill", 3), padding_mode_in(call, 4));
}

}  // namespace troupe
