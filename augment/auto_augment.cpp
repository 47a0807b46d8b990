#include <troupe/augment/nearest.hpp>
#include <troupe/augment/policy_operation.hpp>

#include <span>
#include <stdexcept>
#include <string>

namespace troupe {

namespace {

using op = policy_operation;

/// With probability p, as strong as the bin of ten says.
struct policy_step {
  op what;
  double p;
  int bin;
};
struct step_pair {
  policy_step first, second;
};

// Tables 7 to 9 of the paper.
constexpr step_pair imagenet[] = {
    {{op::posterize, 0.4, 8}, {op::rotate, 0.6, 9}},  {{op::solarize, 0.6, 5}, {op::autocontrast, 0.6, 0}},
    {{op::equalize, 0.8, 0}, {op::equalize, 0.6, 0}}, {{op::posterize, 0.6, 7}, {op::posterize, 0.6, 6}},
    {{op::equalize, 0.4, 0}, {op::solarize, 0.2, 4}}, {{op::equalize, 0.4, 0}, {op::rotate, 0.8, 8}},
    {{op::solarize, 0.6, 3}, {op::equalize, 0.6, 0}}, {{op::posterize, 0.8, 5}, {op::equalize, 1, 0}},
    {{op::rotate, 0.2, 3}, {op::solarize, 0.6, 8}},   {{op::equalize, 0.6, 0}, {op::posterize, 0.4, 6}},
    {{op::rotate, 0.8, 8}, {op::color, 0.4, 0}},      {{op::rotate, 0.4, 9}, {op::equalize, 0.6, 0}},
    {{op::equalize, 0, 0}, {op::equalize, 0.8, 0}},   {{op::invert, 0.6, 0}, {op::equalize, 1, 0}},
    {{op::color, 0.6, 4}, {op::contrast, 1, 8}},      {{op::rotate, 0.8, 8}, {op::color, 1, 2}},
    {{op::color, 0.8, 8}, {op::solarize, 0.8, 7}},    {{op::sharpness, 0.4, 7}, {op::invert, 0.6, 0}},
    {{op::shear_x, 0.6, 5}, {op::equalize, 1, 0}},    {{op::color, 0.4, 0}, {op::equalize, 0.6, 0}},
    {{op::equalize, 0.4, 0}, {op::solarize, 0.2, 4}}, {{op::solarize, 0.6, 5}, {op::autocontrast, 0.6, 0}},
    {{op::invert, 0.6, 0}, {op::equalize, 1, 0}},     {{op::color, 0.6, 4}, {op::contrast, 1, 8}},
    {{op::equalize, 0.8, 0}, {op::equalize, 0.6, 0}},
};
constexpr step_pair cifar10[] = {
    {{op::invert, 0.1, 0}, {op::contrast, 0.2, 6}},
    {{op::rotate, 0.7, 2}, {op::translate_x, 0.3, 9}},
    {{op::sharpness, 0.8, 1}, {op::sharpness, 0.9, 3}},
    {{op::shear_y, 0.5, 8}, {op::translate_y, 0.7, 9}},
    {{op::autocontrast, 0.5, 0}, {op::equalize, 0.9, 0}},
    {{op::shear_y, 0.2, 7}, {op::posterize, 0.3, 7}},
    {{op::color, 0.4, 3}, {op::brightness, 0.6, 7}},
    {{op::sharpness, 0.3, 9}, {op::brightness, 0.7, 9}},
    {{op::equalize, 0.6, 0}, {op::equalize, 0.5, 0}},
    {{op::contrast, 0.6, 7}, {op::sharpness, 0.6, 5}},
    {{op::color, 0.7, 7}, {op::translate_x, 0.5, 8}},
    {{op::equalize, 0.3, 0}, {op::autocontrast, 0.4, 0}},
    {{op::translate_y, 0.4, 3}, {op::sharpness, 0.2, 6}},
    {{op::brightness, 0.9, 6}, {op::color, 0.2, 8}},
    {{op::solarize, 0.5, 2}, {op::invert, 0, 0}},
    {{op::equalize, 0.2, 0}, {op::autocontrast, 0.6, 0}},
    {{op::equalize, 0.2, 0}, {op::equalize, 0.6, 0}},
    {{op::color, 0.9, 9}, {op::equalize, 0.6, 0}},
    {{op::autocontrast, 0.8, 0}, {op::solarize, 0.2, 8}},
    {{op::brightness, 0.1, 3}, {op::color, 0.7, 0}},
    {{op::solarize, 0.4, 5}, {op::autocontrast, 0.9, 0}},
    {{op::translate_y, 0.9, 9}, {op::translate_y, 0.7, 9}},
    {{op::autocontrast, 0.9, 0}, {op::solarize, 0.8, 3}},
    {{op::equalize, 0.8, 0}, {op::invert, 0.1, 0}},
    {{op::translate_y, 0.7, 9}, {op::autocontrast, 0.9, 0}},
};
constexpr step_pair svhn[] = {
    {{op::shear_x, 0.9, 4}, {op::invert, 0.2, 0}},       {{op::shear_y, 0.9, 8}, {op::invert, 0.7, 0}},
    {{op::equalize, 0.6, 0}, {op::solarize, 0.6, 6}},    {{op::invert, 0.9, 0}, {op::equalize, 0.6, 0}},
    {{op::equalize, 0.6, 0}, {op::rotate, 0.9, 3}},      {{op::shear_x, 0.9, 4}, {op::autocontrast, 0.8, 0}},
    {{op::shear_y, 0.9, 8}, {op::invert, 0.4, 0}},       {{op::shear_y, 0.9, 5}, {op::solarize, 0.2, 6}},
    {{op::invert, 0.9, 0}, {op::autocontrast, 0.8, 0}},  {{op::equalize, 0.6, 0}, {op::rotate, 0.9, 3}},
    {{op::shear_x, 0.9, 4}, {op::solarize, 0.3, 3}},     {{op::shear_y, 0.8, 8}, {op::invert, 0.7, 0}},
    {{op::equalize, 0.9, 0}, {op::translate_y, 0.6, 6}}, {{op::invert, 0.9, 0}, {op::equalize, 0.6, 0}},
    {{op::contrast, 0.3, 3}, {op::rotate, 0.8, 4}},      {{op::invert, 0.8, 0}, {op::translate_y, 0, 2}},
    {{op::shear_y, 0.7, 6}, {op::solarize, 0.4, 8}},     {{op::invert, 0.6, 0}, {op::rotate, 0.8, 4}},
    {{op::shear_y, 0.3, 7}, {op::translate_x, 0.9, 3}},  {{op::shear_x, 0.1, 6}, {op::invert, 0.6, 0}},
    {{op::solarize, 0.7, 2}, {op::translate_y, 0.6, 7}}, {{op::shear_y, 0.8, 4}, {op::invert, 0.8, 0}},
    {{op::shear_x, 0.7, 9}, {op::translate_y, 0.8, 3}},  {{op::shear_y, 0.8, 5}, {op::autocontrast, 0.7, 0}},
    {{op::shear_x, 0.7, 2}, {op::invert, 0.1, 0}},
};

std::span<const step_pair> table_of(std::string_view policy) {
  if (policy == "imagenet") return imagenet;
  if (policy == "cifar10") return cifar10;
  if (policy == "svhn") return svhn;
  constexpr std::string_view known[] = {"imagenet", "cifar10", "svhn"};
  throw std::invalid_argument("auto_augment: no policy is called '" + std::string(policy) + "'; " +
                              did_you_mean(policy, known));
}

class searched final : public transform::implementation {
 public:
  searched(std::string_view policy, const policy_options& options)
      : implementation(kind::pixels),
        policy_(policy),
        table_(table_of(policy)),
        options_(checked("auto_augment", options)) {}

  std::string name() const override { return "auto_augment"; }
  std::string to_string() const override { return name() + "(" + policy_ + written(options_, {}) + ")"; }
  std::size_t scratch_bytes(image_shape shape) const override { return 2 * image_bytes(shape); }

  void apply(image& pixels, const transform::step& s) const override {
    const auto chosen = s.random.below(std::uint32_t(table_.size()));
    s.note("policy", std::int64_t(chosen));
    policy_canvas canvas(pixels, options_, s);
    for (const policy_step& step : {table_[chosen].first, table_[chosen].second}) {
      const bool now = s.random.chance(step.p), negative = s.random.below(2) == 1;
      if (!now) continue;
      double magnitude = strength.magnitude(step.what, step.bin, {pixels.shape.height, pixels.shape.width});
      if (negative && policy_strength::either_way(step.what)) magnitude = -magnitude;
      note_operation(s, step.what, magnitude);
      canvas.apply(step.what, magnitude);
    }
    canvas.settle();
  }

 private:
  static constexpr policy_strength strength{.bins = 10};

  std::string policy_;
  std::span<const step_pair> table_;
  policy_options options_;
};

}  // namespace

transform auto_augment(std::string_view policy, policy_options options) {
  return transform(std::make_shared<searched>(policy, options));
}

}  // namespace troupe
