#include <troupe/augment/pad.hpp>

#include <troupe/augment/beyond.hpp>
#include <troupe/augment/implementation.hpp>
#include <troupe/augment/spec_arguments.hpp>

namespace troupe {

namespace {

class border final : public transform::implementation {
 public:
  border(const margins& padding, const colour& fill, padding_mode mode)
      : implementation(mode == padding_mode::constant ? kind::geometry : kind::pixels),
        by_(padding),
        fill_(fill),
        mode_(mode) {
    check_margins("pad", padding);
    check_colour("pad", "fill", fill);
  }

  bool certain() const override { return true; }
  std::string name() const override { return "pad"; }
  std::string to_string() const override {
    return "pad(" + by_.to_string() + ", fill=" + fill_.to_string() + ", padding_mode=" + troupe::to_string(mode_) +
           ")";
  }
  std::optional<extent> result(std::optional<extent> size) const override {
    if (!size) return size;
    return extent{size->height + by_.top + by_.bottom, size->width + by_.left + by_.right};
  }
  resampling arrange(const transform::step& s) const override { return surrounded({s.shape.height, s.shape.width}); }
  resampling widest(extent size) const override { return surrounded(size); }
  void apply(image& pixels, const transform::step& s) const override {
    const resampling view = surrounded({s.shape.height, s.shape.width});
    s.follow(view);
    show_beyond(*s.from, view, pixels, *s.memory);
  }
  place output() const override { return place::beside; }
  std::size_t scratch_bytes(image_shape shape) const override {
    const extent size = *result(extent{shape.height, shape.width});
    return image_bytes({size.height, size.width, shape.channels}) + show_beyond_bytes(size.width);
  }

 private:
  resampling surrounded(extent size) const {
    resampling view = whole(size);
    view.window = {-by_.top, -by_.left, size.height + by_.top + by_.bottom, size.width + by_.left + by_.right};
    view.fill = fill_;
    view.beyond = mode_;
    return view;
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
  return pad(margins_in(call, "padding", 0, {}), colour_in(call, "fill", 1), padding_mode_in(call, 2));
}

}  // namespace troupe
