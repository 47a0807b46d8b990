#pragma once
#include <troupe/augment/colour.hpp>
#include <troupe/augment/transform.hpp>

#include <optional>
#include <utility>

namespace troupe {

/// With probability p, paints a random rectangle of `scale` of the image's area (log-uniform `ratio`, height over
/// width) with `value`, or, where that is nullopt (in text `random`), every value in it with a random one of 0 … 255:
/// Zhong et al., "Random erasing data augmentation", 2017, in torchvision's algorithm (10 tries, then nothing is
/// erased).
///
/// It stands before `normalize`, so `value` is in pixel units: 0 is black, which torchvision's 0 behind a normalisation
/// is not; `value=(124, 116, 104)` is the mean of ImageNet. Reports `erased`, then `i`, `j` (top, left), `h`, `w`.
transform random_erasing(double p = 0.5, std::pair<double, double> scale = {0.02, 0.33},
                         std::pair<double, double> ratio = {0.3, 3.3}, std::optional<colour> value = colour(0));

}  // namespace troupe
