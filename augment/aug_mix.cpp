#include <troupe/augment/distributions.hpp>
#include <troupe/augment/policy_operation.hpp>

#include <algorithm>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

namespace troupe {

namespace {

using op = policy_operation;

constexpr op operations[] = {op::shear_x,   op::shear_y,  op::translate_x,  op::translate_y, op::rotate,
                             op::posterize, op::solarize, op::autocontrast, op::equalize,    op::brightness,
                             op::color,     op::contrast, op::sharpness};
constexpr std::uint32_t without_enhancement = 9;
constexpr int longest_chain = 16, most_chains = 16;

class mixing final : public transform::implementation {
 public:
  mixing(int severity, int width, int depth, double alpha, bool all_ops, const policy_options& options)
      : implementation(kind::pixels),
        severity_(severity),
        width_(width),
        depth_(depth),
        alpha_(alpha),
        all_ops_(all_ops),
        options_(checked("aug_mix", options)) {
    const auto refuse = [](const std::string& what, const std::string& got) {
      throw std::invalid_argument("aug_mix: " + what + ", got " + got);
    };
    if (severity < 1 || severity > 10) refuse("severity must be in 1 ... 10", std::to_string(severity));
    if (width < 1 || width > most_chains) refuse("mixture_width must be in 1 ... 16", std::to_string(width));
    if (depth == 0 || depth < -1 || depth > longest_chain)
      refuse("chain_depth must be -1 or in 1 ... 16", std::to_string(depth));
    if (!(alpha > 0 && alpha <= 1e6)) refuse("alpha must be > 0", spelled(alpha));
  }

  std::string name() const override { return "aug_mix"; }
  std::string to_string() const override {
    return name() + "(" + std::to_string(severity_) + ", " + std::to_string(width_) + ", " + std::to_string(depth_) +
           ", " + spelled(alpha_) + ", " + (all_ops_ ? "true" : "false") +
           written(options_, {.how = interpolation::bilinear}) + ")";
  }
  bool scatters() const override { return true; }
  std::size_t scratch_bytes(image_shape shape) const override {
    const auto chain = std::size_t(depth_ > 0 ? depth_ : 3) + 1;
    return arena::rounded(sizeof(float) * shape.bytes()) + chain * image_bytes(shape);
  }

  void apply(image& pixels, const transform::step& s) const override {
    const std::size_t n = pixels.shape.bytes();
    const double kept = beta(s.random, alpha_, alpha_);
    std::vector<double> weight(static_cast<std::size_t>(width_));
    dirichlet(s.random, alpha_, weight);
    s.note("kept", kept);
    auto* mix = s.memory->take_array<float>(n);
    if (!mix) throw std::bad_alloc();
    each_row(pixels, [&](int y, std::size_t width, const std::uint8_t* row) {
      for (std::size_t x = 0; x < width; ++x) mix[std::size_t(y) * width + x] = float(kept) * float(row[x]);
    });
    int chain_number = 0;
    for (const double w : weight) {
      const auto by = float(w * (1 - kept));
      if (s.report) s.note(("weight_" + std::to_string(++chain_number)).c_str(), double(by));
      const auto before = s.memory->now();
      image chained = image_in(*s.memory, pixels.shape);
      each_row(pixels,
               [&](int y, std::size_t width, const std::uint8_t* row) { std::copy_n(row, width, chained.row(y)); });
      chain(chained, s, chain_number);
      each_row(chained, [&](int y, std::size_t width, const std::uint8_t* row) {
        for (std::size_t x = 0; x < width; ++x) mix[std::size_t(y) * width + x] += by * float(row[x]);
      });
      s.memory->back_to(before);
    }
    for (int y = 0; y < pixels.shape.height; ++y) {
      const auto width = std::size_t(pixels.shape.width) * std::size_t(pixels.shape.channels);
      std::uint8_t* row = pixels.row(y);
      for (std::size_t x = 0; x < width; ++x) row[x] = cut(mix[std::size_t(y) * width + x]);
    }
  }

 private:
  template <class F>
  static void each_row(const image& i, F f) {
    for (int y = 0; y < i.shape.height; ++y) f(y, std::size_t(i.shape.width) * std::size_t(i.shape.channels), i.row(y));
  }

  void chain(image& pixels, const transform::step& s, int number) const {
    policy_canvas canvas(pixels, options_, s);
    const int depth = depth_ > 0 ? depth_ : 1 + int(s.random.below(3));
    if (s.report) s.note(("depth_" + std::to_string(number)).c_str(), std::int64_t(depth));
    for (int i = 0; i < depth; ++i) {
      const op what = operations[s.random.below(all_ops_ ? std::size(operations) : without_enhancement)];
      const int bin = int(s.random.below(std::uint32_t(severity_)));
      double magnitude = strength.magnitude(what, bin, {pixels.shape.height, pixels.shape.width});
      if (policy_strength::either_way(what) && s.random.below(2) == 1) magnitude = -magnitude;
      note_operation(s, what, magnitude);
      canvas.apply(what, magnitude);
    }
    canvas.settle();
  }

  static constexpr policy_strength strength{.bins = 10, .translate = 1.0 / 3, .posterize_from = 4};

  int severity_ = 3, width_ = 3, depth_ = -1;
  double alpha_ = 1;
  bool all_ops_ = true;
  policy_options options_;
};

}  // namespace

transform aug_mix(int severity, int mixture_width, int chain_depth, double alpha, bool all_ops,
                  policy_options options) {
  return transform(std::make_shared<mixing>(severity, mixture_width, chain_depth, alpha, all_ops, options));
}

}  // namespace troupe
