#pragma once
#include <troupe/augment/extent.hpp>
#include <troupe/augment/transform.hpp>

namespace troupe {

/// The middle of the image; an image smaller than `size` is surrounded with black (0), as torchvision does. Reports
/// `top`, `left`, `height`, `width`.
transform center_crop(sides size);

/// A random part of the image, after `padding` black (0) pixels were put on each of the four edges. An image that is
/// smaller even with padding is refused. Reports `top`, `left`, `height`, `width`; top and left count from the unpadded
/// image's corner, so they may be negative.
transform random_crop(sides size, int padding = 0);

}  // namespace troupe
