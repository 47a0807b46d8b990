#pragma once
#include <troupe/augment/transform.hpp>

namespace troupe {

/// Mirrors left and right with probability p. Reports `flipped`.
transform random_horizontal_flip(double p = 0.5);

/// Another name of `random_horizontal_flip`.
inline transform random_flip(double p = 0.5) { return random_horizontal_flip(p); }

/// Turns upside down (mirrors top and bottom) with probability p. Reports `flipped`.
transform random_vertical_flip(double p = 0.5);

}  // namespace troupe
