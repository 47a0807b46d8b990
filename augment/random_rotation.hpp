#pragma once
#include <troupe/augment/affine.hpp>
#include <troupe/augment/angles.hpp>
#include <troupe/augment/transform.hpp>

#include <optional>

namespace troupe {

/// Turns the image about its centre, or about `center` (pixels from the upper left corner), counter-clockwise by an
/// angle drawn uniformly from `degrees`. The size stays: what turns out of it is lost, corners become `fill`
/// (pixel values 0 … 255). `expand` is in its place for torchvision's sake and must be false. Reports `angle`.
transform random_rotation(angles degrees, interpolation how = interpolation::nearest, bool expand = false,
                          std::optional<point> center = {}, colour fill = 0);

}  // namespace troupe
