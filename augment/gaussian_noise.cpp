#include <troupe/augment/gaussian_noise.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/spec_call.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace troupe {

namespace {

/// Normal noise in whole steps at 65536 equally likely places, smallest first.
std::vector<std::int16_t> quantiles(double mean, double sigma) {
  std::vector<std::int16_t> steps(65536);
  std::size_t i = 0;
  for (int step = int(std::floor(mean - 5 * sigma)); i < steps.size(); ++step) {
    const double likely = std::erfc((mean - step - 0.5) / (sigma * std::numbers::sqrt2)) / 2;  // to be at most `step`
    for (; i < steps.size() && (double(i) + 0.5) / double(steps.size()) < likely; ++i) steps[i] = std::int16_t(step);
  }
  return steps;
}

class noise final : public transform::implementation {
 public:
  noise(double mean, double sigma, bool clip) : implementation(kind::pixels), mean_(mean), sigma_(sigma), clip_(clip) {
    if (!(mean >= -10 && mean <= 10))
      throw std::invalid_argument("gaussian_noise: mean must be in -10 ... 10, got " + spelled(mean));
    if (!(sigma >= 0 && sigma <= 10))
      throw std::invalid_argument("gaussian_noise: sigma must be in 0 ... 10, got " + spelled(sigma));
    steps_ = quantiles(mean * 255, sigma * 255);
  }

  std::string name() const override { return "gaussian_noise"; }
  std::string to_string() const override {
    return "gaussian_noise(" + spelled(mean_) + ", sigma=" + spelled(sigma_) + (clip_ ? ")" : ", clip=false)");
  }
  void apply(image& pixels, const transform::step& s) const override {
    s.note("mean", mean_);
    s.note("sigma", sigma_);
    if (auto* field = s.field("noise", {s.shape.height, s.shape.width, s.shape.channels}))
      note(*field, pixels.shape.width * pixels.shape.channels, s.random);
    const auto n = std::size_t(pixels.shape.width) * std::size_t(pixels.shape.channels);
    for (int y = 0; y < pixels.shape.height; ++y)
      for (std::size_t x = 0; x < n; x += at_once) disturb(pixels.row(y) + x, std::min(at_once, n - x), s.random);
  }

 private:
  static constexpr std::size_t at_once = 1024;

  /// A word for each two values.
  void disturb(std::uint8_t* values, std::size_t n, generator& random) const {
    std::array<std::uint32_t, at_once / 2> words;
    random.fill(words.data(), (n + 1) / 2);
    for (std::size_t i = 0; i + 1 < n; i += 2) {
      values[i] = noisy(values[i], words[i / 2] >> 16);
      values[i + 1] = noisy(values[i + 1], words[i / 2] & 0xFFFF);
    }
    if (n % 2 == 1) values[n - 1] = noisy(values[n - 1], words[n / 2] >> 16);
  }
  std::uint8_t noisy(int value, std::uint32_t random) const noexcept {
    value += steps_[random];
    return std::uint8_t(clip_ ? std::clamp(value, 0, 255) : value);
  }

  /// What the same draws add to values of 0 … 1, `n` of them a row.
  void note(std::vector<float>& field, int n, generator random) const {
    for (std::size_t row = 0; row < field.size(); row += std::size_t(n))
      for (int x = 0; x < n; x += 2) {
        const std::uint32_t bits = random();
        field[row + std::size_t(x)] = float(steps_[bits >> 16]) / 255;
        if (x + 1 < n) field[row + std::size_t(x) + 1] = float(steps_[bits & 0xFFFF]) / 255;
      }
  }

  double mean_ = 0, sigma_ = 0.1;
  bool clip_ = true;
  std::vector<std::int16_t> steps_;
};

}  // namespace

transform gaussian_noise(double mean, double sigma, bool clip) {
  return transform(std::make_shared<noise>(mean, sigma, clip));
}

transform gaussian_noise_from(const spec_call& call) {
  call.allow({"mean", "sigma", "clip"});
  return gaussian_noise(call.number("mean", 0, 0), call.number("sigma", 1, 0.1), call.flag("clip", 2, true));
}

}  // namespace troupe
