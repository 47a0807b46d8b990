#include <troupe/augment/crop.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/spec_call.hpp>

#include <stdexcept>

namespace troupe {

namespace {

/// torchvision's order: the corners top left, top right, bottom left, bottom right, the middle; then those of the
/// mirrored image.
class corners final : public transform::implementation {
 public:
  corners(const char* name, sides size, bool mirrored, bool vertical)
      : implementation(kind::geometry), name_(name), size_(size), mirrored_(mirrored), vertical_(vertical) {
    check_sides(name, size);
  }

  bool certain() const override { return true; }
  std::string name() const override { return name_; }
  std::string to_string() const override {
    return name_ + "(" + size_.to_string() + (vertical_ ? ", vertical_flip=true" : "") + ")";
  }
  std::uint32_t views() const override { return mirrored_ ? 10 : 5; }

  resampling arrange(const transform::step& s) const override {
    const int rows = s.shape.height - size_.height, columns = s.shape.width - size_.width;
    if (rows < 0 || columns < 0)
      throw std::runtime_error(name_ + ": wants " + size_.to_string() + " out of an image of " +
                               sides(s.shape.height, s.shape.width).to_string() + "; resize first");
    const bool mirrored = s.view >= 5;
    rect part = one_of_five(s.view % 5, {s.shape.height, s.shape.width});
    if (mirrored && vertical_) part.top = rows - part.top;
    if (mirrored && !vertical_) part.left = columns - part.left;
    s.note("top", std::int64_t(part.top));
    s.note("left", std::int64_t(part.left));
    s.note("height", std::int64_t(part.height));
    s.note("width", std::int64_t(part.width));
    if (mirrored_) s.note("flipped", mirrored);
    resampling view = whole({s.shape.height, s.shape.width});
    view.window = part;
    view.mirror = mirrored && !vertical_;
    view.upside_down = mirrored && vertical_;
    return view;
  }
  resampling widest(extent size) const override {
    resampling view = whole(size);
    view.window = {size.height - size_.height, size.width - size_.width, size_.height, size_.width};
    return view;
  }
  std::optional<extent> result(std::optional<extent>) const override { return extent{size_.height, size_.width}; }

 private:
  rect one_of_five(std::uint32_t number, extent size) const {
    const int rows = size.height - size_.height, columns = size.width - size_.width;
    if (number == 4) return middle_of(size, {size_.height, size_.width});
    return {number >= 2 ? rows : 0, number % 2 == 1 ? columns : 0, size_.height, size_.width};
  }

  std::string name_;
  sides size_;
  bool mirrored_ = false, vertical_ = false;
};

}  // namespace

transform five_crop(sides size) { return transform(std::make_shared<corners>("five_crop", size, false, false)); }
transform ten_crop(sides size, bool vertical_flip) {
  return transform(std::make_shared<corners>("ten_crop", size, true, vertical_flip));
}

transform five_crop_from(const spec_call& call) {
  call.allow({"size"});
  return five_crop(call.size("size", 0));
}

transform ten_crop_from(const spec_call& call) {
  call.allow({"size", "vertical_flip"});
  return ten_crop(call.size("size", 0), call.flag("vertical_flip", 1, false));
}

}  // namespace troupe
