#pragma once
#include <troupe/augment/extent.hpp>
#include <troupe/augment/transform.hpp>
#include <troupe/augment/warp.hpp>

#include <optional>
#include <utility>

namespace troupe {

/// Resamples the whole image. One number: the shorter side becomes that, the aspect ratio stays (the result's size then
/// depends on the image, so a crop must follow), unless the longer one would exceed `max_size`, which is what it
/// becomes then; `{height, width}`: exactly that. `antialias` filters before shrinking, as PIL does; off, it is
/// OpenCV's plain bilinear: as fast, but it aliases. `how` is in its place for torchvision's sake and must be bilinear.
/// Reports `height`, `width`.
transform resize(sides size, interpolation how = interpolation::bilinear, std::optional<int> max_size = {},
                 bool antialias = true);

/// A random part of the image, of `scale` of its area (log-uniform aspect `ratio`, width over height), resampled to
/// `size`: Szegedy et al., "Going deeper with convolutions", 2014, in torchvision's algorithm (10 tries, then the
/// largest centred part with an allowed ratio). Reports `top`, `left`, `height`, `width` in pixels of the image it was
/// given. `how` and `antialias` as for `resize`.
transform random_resized_crop(sides size, std::pair<double, double> scale = {0.08, 1.0},
                              std::pair<double, double> ratio = {3.0 / 4, 4.0 / 3},
                              interpolation how = interpolation::bilinear, bool antialias = true);

}  // namespace troupe
