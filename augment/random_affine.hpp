#pragma once
#include <troupe/augment/affine.hpp>
#include <troupe/augment/angles.hpp>
#include <troupe/augment/transform.hpp>

#include <optional>
#include <utility>

namespace troupe {

/// What `random_affine` draws beside the angle, in torchvision's names and order.
struct affine_options {
  std::pair<double, double> translate{0, 0};  ///< at most this part of the width and of the height, 0 … 1
  std::pair<double, double> scale{1, 1};      ///< times so large, from low to high, > 0
  angles shear = 0;                           ///< degrees along x
  angles shear_y = 0;                         ///< degrees along y: the last two of torchvision's four numbers
  interpolation how = interpolation::nearest;
  colour fill = 0;                   ///< for what lay outside, pixel values 0 … 255
  std::optional<point> center = {};  ///< pixels from the upper left corner; default: the centre of the image
};

/// Shears, scales, turns (clockwise, by `degrees`) and moves the image; all of it is drawn uniformly, moves are rounded
/// to whole pixels. Reports `angle`, `translate_x`, `translate_y`, `scale`, `shear_x`, `shear_y`.
transform random_affine(angles degrees, affine_options options = {});

}  // namespace troupe
