#include <troupe/augment/affine.hpp>

#include <troupe/augment/implementation.hpp>

#include <cmath>
#include <numbers>

namespace troupe {

namespace {

double radians(double degrees) noexcept { return degrees * std::numbers::pi / 180; }

/// The four linear numbers of `m` about a centre, for an image that was moved afterwards.
affine_map about(point center, point moved, affine_map m) noexcept {
  const double x = center.x + moved.x, y = center.y + moved.y;
  m.c = center.x - m.a * x - m.b * y;
  m.f = center.y - m.d * x - m.e * y;
  return m;
}

}  // namespace

std::string point::to_string() const { return "(" + spelled(x) + ", " + spelled(y) + ")"; }

// The way there is R(angle) Sy(shear.y) Sx(shear.x) scale; without the scale its determinant is 1, so the way back is
// the same four numbers in other places.
affine_map inverse_affine(point center, double angle, point translate, double scale, point shear) noexcept {
  const double turn = radians(angle), sx = radians(shear.x), sy = radians(shear.y);
  const double a = std::cos(turn - sy) / std::cos(sy), b = -a * std::tan(sx) - std::sin(turn);
  const double c = std::sin(turn - sy) / std::cos(sy), d = -c * std::tan(sx) + std::cos(turn);
  return about(center, translate, {.a = d / scale, .b = -b / scale, .d = -c / scale, .e = a / scale});
}

affine_map inverse_rotation(point center, double angle) noexcept {
  const auto rounded = [](double v) { return std::nearbyint(v * 1e15) / 1e15; };
  const double turn = radians(std::fmod(angle, 360)), cosine = rounded(std::cos(turn)), sine = rounded(std::sin(turn));
  return about(center, {}, {.a = cosine, .b = -sine, .d = sine, .e = cosine});
}

point middle(image_shape shape) noexcept { return {shape.width / 2.0, shape.height / 2.0}; }

}  // namespace troupe
