#pragma once
#include <troupe/augment/transform.hpp>

namespace troupe {

/// Blackens `count` squares of `size` x `size` pixels, each centred at a pixel drawn uniformly and cut off at the
/// edges: DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout", 2017. Reports
/// `y`, `x` of each centre.
transform cutout(int size, int count = 1);

}  // namespace troupe
