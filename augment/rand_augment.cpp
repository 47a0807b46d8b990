#include <troupe/augment/policy_operation.hpp>

#include <stdexcept>
#include <string>

namespace troupe {

namespace {

using op = policy_operation;

constexpr op all[] = {op::identity,  op::shear_x,    op::shear_y,      op::translate_x, op::translate_y,
                      op::rotate,    op::brightness, op::color,        op::contrast,    op::sharpness,
                      op::posterize, op::solarize,   op::autocontrast, op::equalize};

/// One operation, its sign by a coin.
void apply_one(policy_canvas& canvas, const policy_strength& strength, int bin, const image& pixels,
               const transform::step& s) {
  const op what = all[s.random.below(std::size(all))];
  double magnitude = strength.magnitude(what, bin, {pixels.shape.height, pixels.shape.width});
  if (policy_strength::either_way(what) && s.random.below(2) == 1) magnitude = -magnitude;
  note_operation(s, what, magnitude);
  canvas.apply(what, magnitude);
}

class of_one_strength final : public transform::implementation {
 public:
  of_one_strength(int num_ops, int magnitude, int bins, const policy_options& options)
      : implementation(kind::pixels),
        num_ops_(num_ops),
        magnitude_(magnitude),
        options_(checked("rand_augment", options)) {
    const auto refuse = [](const std::string& what, int got) {
      throw std::invalid_argument("rand_augment: " + what + ", got " + std::to_string(got));
    };
    if (num_ops < 0 || num_ops > 16) refuse("num_ops must be in 0 ... 16", num_ops);
    if (bins < 2 || bins > 1000) refuse("num_magnitude_bins must be in 2 ... 1000", bins);
    if (magnitude < 0 || magnitude >= bins)
      refuse("magnitude must be in 0 ... " + std::to_string(bins - 1) + ", below num_magnitude_bins", magnitude);
    strength_.bins = bins;
  }

  std::string name() const override { return "rand_augment"; }
  std::string to_string() const override {
    return name() + "(" + std::to_string(num_ops_) + ", " + std::to_string(magnitude_) + ", " +
           std::to_string(strength_.bins) + written(options_, {}) + ")";
  }
  std::size_t scratch_bytes(image_shape shape) const override { return std::size_t(num_ops_) * image_bytes(shape); }

  void apply(image& pixels, const transform::step& s) const override {
    policy_canvas canvas(pixels, options_, s);
    for (int i = 0; i < num_ops_; ++i) apply_one(canvas, strength_, magnitude_, pixels, s);
    canvas.settle();
  }

 private:
  int num_ops_ = 2, magnitude_ = 9;
  policy_strength strength_;
  policy_options options_;
};

class of_any_strength final : public transform::implementation {
 public:
  of_any_strength(int bins, const policy_options& options)
      : implementation(kind::pixels), options_(checked("trivial_augment_wide", options)) {
    if (bins < 2 || bins > 1000)
      throw std::invalid_argument("trivial_augment_wide: num_magnitude_bins must be in 2 ... 1000, got " +
                                  std::to_string(bins));
    strength_.bins = bins;
  }

  std::string name() const override { return "trivial_augment_wide"; }
  std::string to_string() const override {
    return name() + "(" + std::to_string(strength_.bins) + written(options_, {}) + ")";
  }
  std::size_t scratch_bytes(image_shape shape) const override { return image_bytes(shape); }

  void apply(image& pixels, const transform::step& s) const override {
    policy_canvas canvas(pixels, options_, s);
    apply_one(canvas, strength_, int(s.random.below(std::uint32_t(strength_.bins))), pixels, s);
    canvas.settle();
  }

 private:
  policy_strength strength_{
      .shear = 0.99, .translate = 32, .translate_pixels = true, .degrees = 135, .enhance = 0.99, .posterize_by = 6};
  policy_options options_;
};

}  // namespace

transform rand_augment(int num_ops, int magnitude, int num_magnitude_bins, policy_options options) {
  return transform(std::make_shared<of_one_strength>(num_ops, magnitude, num_magnitude_bins, options));
}

transform trivial_augment_wide(int num_magnitude_bins, policy_options options) {
  return transform(std::make_shared<of_any_strength>(num_magnitude_bins, options));
}

}  // namespace troupe
