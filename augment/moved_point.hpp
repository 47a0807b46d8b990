#pragma once
#include <troupe/augment/affine.hpp>
#include <troupe/augment/extent.hpp>

namespace troupe {

/// Where a point of the image is found in what a view shows of it.
point moved(point p, const resampling& view) noexcept;

/// Where a point of an image of this size is found behind a warp. Maps are inverted; the way back through a field is
/// found step by step, to a hundredth of a pixel where the field moves neighbours by less than their distance. Not
/// finite where the point is nowhere.
point moved(point p, const warping& by, extent size) noexcept;

}  // namespace troupe
