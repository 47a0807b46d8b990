#include <troupe/augment/gaussian_blur.hpp>

#include <troupe/augment/gaussian.hpp>
#include <troupe/augment/implementation.hpp>
#include <troupe/augment/spec_call.hpp>

#include <stdexcept>

namespace troupe {

namespace {

class blur final : public transform::implementation {
 public:
  blur(std::pair<int, int> kernel_size, std::pair<double, double> sigma)
      : implementation(kind::pixels), across_(kernel_size.first), down_(kernel_size.second), sigma_(sigma) {
    for (int taps : {across_, down_})
      if (taps < 1 || taps > 1023 || taps % 2 == 0)
        throw std::invalid_argument("gaussian_blur: kernel_size must be odd, in 1 ... 1023, got " +
                                    std::to_string(taps));
    if (!(sigma.first > 0 && sigma.first <= sigma.second && sigma.second <= 1e3))
      throw std::invalid_argument("gaussian_blur: sigma must be 0 < low <= high <= 1000, got (" + spelled(sigma.first) +
                                  ", " + spelled(sigma.second) + ")");
  }

  std::string name() const override { return "gaussian_blur"; }
  std::string to_string() const override {
    const std::string size = std::to_string(across_);
    return "gaussian_blur(" + (across_ == down_ ? size : "(" + size + ", " + std::to_string(down_) + ")") +
           ", sigma=(" + spelled(sigma_.first) + ", " + spelled(sigma_.second) + "))";
  }
  void apply(image& pixels, const transform::step& s) const override {
    const double sigma = s.random.uniform(sigma_.first, sigma_.second);
    s.note("sigma", sigma);
    smooth(s.before(pixels), pixels, {across_, sigma}, {down_, sigma}, *s.memory);
  }
  place output() const override { return place::either; }
  std::size_t scratch_bytes(image_shape shape) const override { return smooth_bytes(shape, across_, down_); }

 private:
  int across_ = 1, down_ = 1;
  std::pair<double, double> sigma_;
};

}  // namespace

transform gaussian_blur(std::pair<int, int> kernel_size, std::pair<double, double> sigma) {
  return transform(std::make_shared<blur>(kernel_size, sigma));
}

transform gaussian_blur_from(const spec_call& call) {
  call.allow({"kernel_size", "sigma"});
  const auto size = call.wholes("kernel_size", 0, {1, 2}, {});
  return gaussian_blur(std::pair(size.front(), size.back()), call.range("sigma", 1, {0.1, 2}));
}

}  // namespace troupe
