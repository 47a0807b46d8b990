#include <troupe/augment/crop.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/spec_call.hpp>

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
  anywhere(sides size, int padding) : implementation(kind::geometry), size_(size), padding_(padding) {
    check_sides("random_crop", size);
    if (padding < 0 || padding > 16384)
      throw std::invalid_argument("random_crop: padding must be in 0 ... 16384, got " + std::to_string(padding));
  }

  std::string name() const override { return "random_crop"; }
  std::string to_string() const override {
    return "random_crop(" + size_.to_string() + (padding_ ? ", padding=" + std::to_string(padding_) : "") + ")";
  }

  resampling arrange(const transform::step& s) const override {
    const int rows = s.shape.height + 2 * padding_ - size_.height, columns = s.shape.width + 2 * padding_ - size_.width;
    if (rows < 0 || columns < 0)
      throw std::runtime_error("random_crop: wants " + size_.to_string() + " out of an image of " +
                               sides(s.shape.height, s.shape.width).to_string() + " with padding " +
                               std::to_string(padding_) + "; resize first, or pad more");
    const rect window{int(s.random.below(std::uint32_t(rows) + 1)) - padding_,
                      int(s.random.below(std::uint32_t(columns) + 1)) - padding_, size_.height, size_.width};
    note(s, window);
    return cropped({s.shape.height, s.shape.width}, window);
  }
  resampling widest(extent size) const override {
    return cropped(size, {-padding_, -padding_, size_.height, size_.width});
  }
  std::optional<extent> result(std::optional<extent>) const override { return extent{size_.height, size_.width}; }

 private:
  sides size_;
  int padding_ = 0;
};

}  // namespace

transform center_crop(sides size) { return transform(std::make_shared<center>(size)); }
transform random_crop(sides size, int padding) { return transform(std::make_shared<anywhere>(size, padding)); }

transform center_crop_from(const spec_call& call) {
  call.allow({"size"});
  return center_crop(call.size("size", 0));
}

transform random_crop_from(const spec_call& call) {
  call.allow({"size", "padding"});
  return random_crop(call.size("size", 0), int(call.whole("padding", 1, 0)));
}

}  // namespace troupe
