#pragma once
#include <troupe/augment/warp.hpp>

#include <optional>
#include <string>

namespace troupe {

/// A point of an image or a way from one to another, in pixels: x to the right, y down.
struct point {
  double x = 0, y = 0;
  /// `(10, 20.5)`.
  std::string to_string() const;
};

/// Where the pixels come from when an image is sheared, scaled and turned about `center`, then moved:
/// `_get_inverse_affine_matrix` of torchvision. Angle (clockwise) and shear in degrees, `translate` in pixels.
affine_map inverse_affine(point center, double angle, point translate, double scale, point shear) noexcept;

/// `affine` of torchvision's functions: turned clockwise by `angle` degrees. The centre is that of the image, or counts
/// from its upper left corner. Takes `warp_bytes` out of `memory`.
void affine(image& pixels, double angle, point translate, double scale, point shear, interpolation how,
            const colour& fill, arena& memory, std::optional<point> center = {});

/// `rotate` of torchvision's functions: counter-clockwise by `angle` degrees, the size stays. As PIL rounds sine and
/// cosine to 15 digits, quarter turns are exact.
void rotate(image& pixels, double angle, interpolation how, const colour& fill, arena& memory,
            std::optional<point> center = {});

}  // namespace troupe
