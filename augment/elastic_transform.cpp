#include <troupe/augment/elastic_transform.hpp>

#include <troupe/augment/gaussian.hpp>
#include <troupe/augment/implementation.hpp>
#include <troupe/augment/spec_arguments.hpp>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>

namespace troupe {

namespace {

/// Across and down.
using pair = std::pair<double, double>;

std::string written(const pair& p) {
  return p.first == p.second ? spelled(p.first) : "(" + spelled(p.first) + ", " + spelled(p.second) + ")";
}

class elastic final : public transform::implementation {
 public:
  elastic(const pair& alpha, const pair& sigma, interpolation how, colour fill)
      : implementation(kind::warp), alpha_(alpha), sigma_(sigma), how_(how), fill_(fill) {
    for (const double a : {alpha.first, alpha.second})
      if (!(a >= 0 && a <= 1e6))
        throw std::invalid_argument("elastic_transform: alpha must be in 0 ... 1e6, got " + spelled(a));
    for (const double s : {sigma.first, sigma.second})
      if (!(s >= 0 && s <= 100))
        throw std::invalid_argument("elastic_transform: sigma must be in 0 ... 100, got " + spelled(s));
    if ((sigma.first > 0) != (sigma.second > 0))
      throw std::invalid_argument("elastic_transform: sigma must be 0 both across and down or neither, got " +
                                  written(sigma));
    check_colour("elastic_transform", "fill", fill);
  }

  std::string name() const override { return "elastic_transform"; }
  std::string to_string() const override {
    return "elastic_transform(" + written(alpha_) + ", sigma=" + written(sigma_) +
           ", interpolation=" + troupe::to_string(how_) + ", fill=" + fill_.to_string() + ")";
  }
  std::optional<warping> bend(const transform::step& s) const override {
    note(s, "alpha", alpha_);
    note(s, "sigma", sigma_);
    const float* across = plane(s, alpha_.first / 2, sigma_.first);
    const float* down = plane(s, alpha_.second / 2, sigma_.second);
    if (auto* field = s.field("displacement", {2, s.shape.height, s.shape.width})) {
      const auto n = std::ptrdiff_t(field->size() / 2);
      std::copy_n(down, n, std::copy_n(across, n, field->begin()));
    }
    return warping{displacement_field{across, down}, how_, fill_};
  }
  std::size_t scratch_bytes(image_shape shape) const override {
    const int most = std::max(taps(sigma_.first), taps(sigma_.second));
    return 2 * arena::rounded(one_channel(shape).bytes() * sizeof(float)) +
           smooth_bytes(one_channel(shape), most, most);
  }

 private:
  static image_shape one_channel(image_shape s) noexcept { return {s.height, s.width, 1}; }
  static int taps(double sigma) noexcept { return int(8 * sigma + 1) | 1; }
  static void note(const transform::step& s, const char* name, const pair& p) {
    if (p.first == p.second)
      s.note(name, p.first);
    else
      s.note(name, written(p));
  }

  /// Uniform in -1 … 1, from `generator::uniform`'s bits.
  static void scatter(float* to, std::size_t n, generator& random) {
    std::array<std::uint32_t, 1024> words;
    for (std::size_t i = 0; i < n; i += words.size()) {
      const std::size_t some = std::min(words.size(), n - i);
      random.fill(words.data(), some);
      for (std::size_t k = 0; k < some; ++k) to[i + k] = 2 * (float(std::int32_t(words[k] >> 8)) * 0x1p-24F) - 1;
    }
  }

  /// One coordinate of the field, in pixels; `sigma` is its own.
  const float* plane(const transform::step& s, double pixels, double sigma) const {
    const image_shape shape = one_channel(s.shape);
    auto* field = s.memory->take_array<float>(shape.bytes());
    if (!field) throw std::bad_alloc();
    scatter(field, shape.bytes(), s.random);
    if (sigma > 0) smooth(field, shape, {taps(sigma), sigma_.first}, {taps(sigma), sigma_.second}, *s.memory);
    for (std::size_t i = 0; i < shape.bytes(); ++i) field[i] *= float(pixels);
    return field;
  }

  pair alpha_, sigma_;
  interpolation how_;
  colour fill_;
};

}  // namespace

transform elastic_transform(pair alpha, pair sigma, interpolation how, colour fill) {
  return transform(std::make_shared<elastic>(alpha, sigma, how, fill));
}

transform elastic_transform_from(const spec_call& call) {
  call.allow({"alpha", "sigma", "interpolation", "fill"});
  return elastic_transform(call.range("alpha", 0, {50, 50}), call.range("sigma", 1, {5, 5}),
                           interpolation_in(call, 2, interpolation::bilinear), colour_in(call, "fill", 3));
}

}  // namespace troupe
