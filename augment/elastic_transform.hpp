#pragma once
#include <troupe/augment/transform.hpp>
#include <troupe/augment/warp.hpp>

#include <utility>

namespace troupe {

/// Moves every pixel by a smooth random field: uniform in -1 … 1, smoothed by a Gaussian of `sigma` pixels, times
/// `alpha`. Simard, Steinkraus, Platt: "Best practices for convolutional neural networks applied to visual document
/// analysis", 2003, with torchvision's units: a pixel moves by alpha / 2 times the field. Both numbers may differ
/// across and down; the Gaussian of each coordinate is cut off at four times its own sigma. What comes from outside is
/// `fill` (pixel values 0 … 255). Memory: 8 bytes a pixel beside the image. Reports `alpha`, `sigma`.
transform elastic_transform(std::pair<double, double> alpha, std::pair<double, double> sigma,
                            interpolation how = interpolation::bilinear, colour fill = 0);
inline transform elastic_transform(double alpha = 50, double sigma = 5, interpolation how = interpolation::bilinear,
                                   colour fill = 0) {
  return elastic_transform(std::pair(alpha, alpha), std::pair(sigma, sigma), how, fill);
}

}  // namespace troupe
