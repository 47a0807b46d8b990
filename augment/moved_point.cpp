#include <troupe/augment/moved_point.hpp>

#include <algorithm>
#include <cmath>

namespace troupe {

namespace {

point through(point p, const affine_map& m, extent) noexcept {
  const double x = p.x - m.c, y = p.y - m.f, determinant = m.a * m.e - m.b * m.d;
  return {(m.e * x - m.b * y) / determinant, (m.a * y - m.d * x) / determinant};
}

// The way back of [[a b c] [d e f] [g h 1]] is its adjugate; a common factor does not matter.
point through(point p, const projective_map& m, extent) noexcept {
  const double depth = (m.d * m.h - m.e * m.g) * p.x + (m.b * m.g - m.a * m.h) * p.y + m.a * m.e - m.b * m.d;
  return {((m.e - m.f * m.h) * p.x + (m.c * m.h - m.b) * p.y + m.b * m.f - m.c * m.e) / depth,
          ((m.f * m.g - m.d) * p.x + (m.a - m.c * m.g) * p.y + m.c * m.d - m.a * m.f) / depth};
}

/// The field between the centres of its pixels; its edge goes on beyond it.
point displacement(const displacement_field& field, point at, extent size) noexcept {
  const double x = std::clamp(at.x - 0.5, 0.0, size.width - 1.0), y = std::clamp(at.y - 0.5, 0.0, size.height - 1.0);
  const auto left = std::ptrdiff_t(x), top = std::ptrdiff_t(y);
  const std::ptrdiff_t right = std::min<std::ptrdiff_t>(left + 1, size.width - 1);
  const std::ptrdiff_t low = std::min<std::ptrdiff_t>(top + 1, size.height - 1);
  const auto between = [&](const float* plane) {
    const auto line = [&](std::ptrdiff_t row) {
      const float* values = plane + row * size.width;
      return std::lerp(double(values[left]), double(values[right]), x - double(left));
    };
    return std::lerp(line(top), line(low), y - double(top));
  };
  return {between(field.across), between(field.down)};
}

// The result shows at q what was at q + displacement(q): q is a fixed point of p - displacement(q). Where the steps do
// not lead there, the best of them.
point through(point p, const displacement_field& field, extent size) noexcept {
  if (!std::isfinite(p.x) || !std::isfinite(p.y)) return p;
  point q = p, best = p;
  double least = HUGE_VAL;
  for (int step = 0; step < 50 && least > 0.005; ++step) {
    const point by = displacement(field, q, size), next{p.x - by.x, p.y - by.y};
    const double off = std::hypot(next.x - q.x, next.y - q.y);
    if (off < least) least = off, best = q;
    q = next;
  }
  return best;
}

}  // namespace

point moved(point p, const resampling& view) noexcept {
  p.x = (p.x - view.source.left) * view.full_width / view.source.width - view.window.left;
  p.y = (p.y - view.source.top) * view.full_height / view.source.height - view.window.top;
  if (view.mirror) p.x = view.window.width - p.x;
  if (view.upside_down) p.y = view.window.height - p.y;
  return p;
}

point moved(point p, const warping& by, extent size) {
  return std::visit([&](const auto& map) { return through(p, map, size); }, by.map);
}

}  // namespace troupe
