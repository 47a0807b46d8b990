#pragma once
#include <troupe/augment/transform.hpp>
#include <troupe/augment/warp.hpp>

namespace troupe {

/// Moves every pixel by a smooth random field: uniform in -1 … 1, smoothed by a Gaussian of `sigma` pixels, times
/// `alpha`. Simard, Steinkraus, Platt: "Best practices for convolutional neural networks applied to visual document
/// analysis", 2003, with torchvision's units: alpha is in pixels of half the image's side, so a square image moves by
/// alpha / 2 times the field, and of others x by width / height of that, y by height / width. What comes from outside
/// is `fill` (pixel values 0 … 255). Memory: 8 bytes a pixel beside the image. Reports `alpha`, `sigma`.
transform elastic_transform(double alpha = 50, double sigma = 5, interpolation how = interpolation::bilinear,
                            colour fill = 0);

}  // namespace troupe
