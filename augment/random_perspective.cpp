#include <troupe/augment/random_perspective.hpp>

#include <troupe/augment/implementation.hpp>

#include <stdexcept>

namespace troupe {

namespace {

using corners = std::array<std::array<int, 2>, 4>;

std::string written(const corners& ends) {
  std::string text;
  for (const auto& [x, y] : ends)
    text += (text.empty() ? "[[" : ", [") + std::to_string(x) + ", " + std::to_string(y) + "]";
  return text + "]";
}

class from_aside final : public transform::implementation {
 public:
  from_aside(double distortion_scale, double p, interpolation how, colour fill)
      : implementation(kind::warp), distortion_scale_(distortion_scale), p_(p), how_(how), fill_(fill) {
    if (!(distortion_scale >= 0 && distortion_scale <= 1))
      throw std::invalid_argument("random_perspective: distortion_scale must be in 0 ... 1, got " +
                                  spelled(distortion_scale));
    check_probability("random_perspective", p);
    check_colour("random_perspective", "fill", fill);
  }

  std::string name() const override { return "random_perspective"; }
  std::string to_string() const override {
    return "random_perspective(" + spelled(distortion_scale_) + ", p=" + spelled(p_) +
           ", interpolation=" + troupe::to_string(how_) + ", fill=" + fill_.to_string() + ")";
  }
  std::optional<warping> bend(const transform::step& s) const override {
    const bool distorted =
        s.random.chance(p_) && s.shape.height > 1 && s.shape.width > 1;  // a line has no corners to move
    s.note("distorted", distorted);
    if (!distorted) return {};
    const corners ends = draw(s);
    s.note("endpoints", written(ends));
    return warping{inverse_perspective(s.shape, ends), how_, fill_};
  }

 private:
  corners draw(const transform::step& s) const {
    const auto by = [&](int side) {
      const int half = side / 2;
      return int(s.random.below(std::uint32_t(distortion_scale_ * half) + 1));
    };
    const int right = s.shape.width - 1, low = s.shape.height - 1;
    corners ends{{{0, 0}, {right, 0}, {right, low}, {0, low}}};
    for (auto& [x, y] : ends) {
      x = x == 0 ? by(s.shape.width) : x - by(s.shape.width);
      y = y == 0 ? by(s.shape.height) : y - by(s.shape.height);
    }
    return ends;
  }

  double distortion_scale_ = 0.5, p_ = 0.5;
  interpolation how_;
  colour fill_;
};

}  // namespace

// The unit square goes to `ends` by [[a b c] [d e f] [g h 1]]; the way back is its adjugate, by the size of the image.
projective_map inverse_perspective(image_shape shape, const corners& ends) noexcept {
  const auto x = [&](std::size_t i) { return double(ends[i][0]); };
  const auto y = [&](std::size_t i) { return double(ends[i][1]); };
  const double x1 = x(1) - x(2), x2 = x(3) - x(2), sum_x = x(0) - x(1) + x(2) - x(3);
  const double y1 = y(1) - y(2), y2 = y(3) - y(2), sum_y = y(0) - y(1) + y(2) - y(3);
  const double area = x1 * y2 - x2 * y1, g = (sum_x * y2 - x2 * sum_y) / area, h = (x1 * sum_y - sum_x * y1) / area;
  const double a = x(1) - x(0) + g * x(1), b = x(3) - x(0) + h * x(3), c = x(0);
  const double d = y(1) - y(0) + g * y(1), e = y(3) - y(0) + h * y(3), f = y(0);
  const double one = a * e - b * d, across = (shape.width - 1) / one, down = (shape.height - 1) / one;
  return {.a = (e - f * h) * across,
          .b = (c * h - b) * across,
          .c = (b * f - c * e) * across,
          .d = (f * g - d) * down,
          .e = (a - c * g) * down,
          .f = (c * d - a * f) * down,
          .g = (d * h - e * g) / one,
          .h = (b * g - a * h) / one};
}

transform random_perspective(double distortion_scale, double p, interpolation how, colour fill) {
  return transform(std::make_shared<from_aside>(distortion_scale, p, how, fill));
}

}  // namespace troupe
