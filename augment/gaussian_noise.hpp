#pragma once
#include <troupe/augment/transform.hpp>

namespace troupe {

/// Adds normal noise to every value, each channel for itself. `mean` and `sigma` are for values of 0 … 1, so 0.1 is
/// 25.5 steps of a pixel; the noise is rounded to whole steps, of 65536 equally likely ones, which end 4.2 sigma from
/// the mean. `clip` keeps results in 0 … 255; without it they wrap around, as torchvision's do for uint8.
transform gaussian_noise(double mean = 0, double sigma = 0.1, bool clip = true);

}  // namespace troupe
