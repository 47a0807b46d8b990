#pragma once
#include <troupe/augment/transform.hpp>
#include <troupe/augment/warp.hpp>

#include <array>

namespace troupe {

/// With probability p, moves every corner inwards by up to `distortion_scale` (0 … 1) of half the image, each side
/// drawn for itself in whole pixels, so that the image seems to be seen from aside. What is left around it becomes
/// `fill` (pixel values 0 … 255). Reports `distorted`, and `endpoints`: where the corners went, clockwise from the
/// upper left one.
transform random_perspective(double distortion_scale = 0.5, double p = 0.5, interpolation how = interpolation::bilinear,
                             colour fill = 0);

/// Where the pixels come from when the corners of an image go to `ends` (x and y, clockwise from the upper left one):
/// Heckbert, "Fundamentals of texture mapping and image warping", 1989, section 2.2.3.
projective_map inverse_perspective(image_shape shape, const std::array<std::array<int, 2>, 4>& ends) noexcept;

}  // namespace troupe
