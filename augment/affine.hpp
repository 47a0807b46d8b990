#pragma once
#include <troupe/augment/warp.hpp>

#include <string>

namespace troupe {

/// A point of an image or a way from one to another, in pixels: x to the right, y down.
struct point {
  double x = 0, y = 0;
  /// `(10, 20.5)`.
  std::string to_string() const;
};

/// Where the pixels come from when an image is sheared, scaled and turned about `center`, then moved:
/// `_get_inverse_affine_matrix` of torchvision, for its function `affine`. Angle (clockwise) and shear in degrees,
/// `translate` in pixels.
affine_map inverse_affine(point center, double angle, point translate, double scale, point shear) noexcept;

/// The same for `rotate` of torchvision's functions: counter-clockwise by `angle` degrees about `center`. As PIL rounds
/// sine and cosine to 15 digits, quarter turns are exact.
affine_map inverse_rotation(point center, double angle) noexcept;

/// The centre of an image.
point middle(image_shape shape) noexcept;

}  // namespace troupe
