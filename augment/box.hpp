#pragma once

namespace troupe {

/// A rectangle of a picture: upper left and lower right corner in pixels. Edges lie between pixels: the pixel in the
/// corner of the picture is 0, 0, 1, 1.
struct box {
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;

  /// Nothing of it is there; also where it is no rectangle at all.
  bool empty() const noexcept { return !(x0 < x1 && y0 < y1); }
  bool operator==(const box&) const = default;
};

/// A point of a picture, in pixels: the centre of the pixel in the corner is 0.5, 0.5.
struct keypoint {
  double x = 0, y = 0;
  bool inside = true;  ///< false once a transform has cut it off; where it would be is said all the same

  bool operator==(const keypoint&) const = default;
};

}  // namespace troupe
