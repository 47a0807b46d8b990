#include <troupe/augment/distributions.hpp>

#include <cmath>

namespace troupe {

namespace {

/// In (0, 1), 32 bits: its logarithm is finite.
double open_uniform(generator& g) noexcept { return (double(g()) + 0.5) / 4294967296.0; }

}  // namespace

double normal(generator& g) noexcept {
  const double radius = std::sqrt(-2 * std::log(open_uniform(g)));
  return radius * std::cos(2 * 3.14159265358979323846 * open_uniform(g));
}

double gamma(generator& g, double shape) noexcept {
  if (shape < 1) {  // of one more, and a power of a uniform number
    const double larger = gamma(g, shape + 1);
    return larger * std::pow(open_uniform(g), 1 / shape);
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = normal(g), u = open_uniform(g), v = std::pow(1 + c * x, 3);
    if (v > 0 && std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

double beta(generator& g, double a, double b) noexcept {
  const double first = gamma(g, a), second = gamma(g, b);
  if (first + second > 0) return first / (first + second);
  return g.chance(a / (a + b)) ? 1 : 0;  // both too small for a double: what it is in the limit
}

void dirichlet(generator& g, double alpha, std::span<double> weights) noexcept {
  double sum = 0;
  for (double& w : weights) sum += w = gamma(g, alpha);
  if (sum == 0) sum = weights[g.below(std::uint32_t(weights.size()))] = 1;  // all too small, as above
  for (double& w : weights) w /= sum;
}

}  // namespace troupe
