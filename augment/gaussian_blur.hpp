#pragma once
#include <troupe/augment/transform.hpp>

#include <utility>

namespace troupe {

/// Smooths with a Gaussian whose sigma (pixels) is drawn uniformly from low … high, over `kernel_size` pixels across
/// and down: odd, the larger the dearer. Mirrored beyond the edges, rounded to nearest. Reports `sigma`.
transform gaussian_blur(std::pair<int, int> kernel_size, std::pair<double, double> sigma = {0.1, 2.0});
inline transform gaussian_blur(int kernel_size, std::pair<double, double> sigma = {0.1, 2.0}) {
  return gaussian_blur(std::pair(kernel_size, kernel_size), sigma);
}

}  // namespace troupe
