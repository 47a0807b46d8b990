#pragma once
#include <troupe/augment/arena.hpp>
#include <troupe/augment/image.hpp>

#include <cstddef>
#include <cstdint>

namespace troupe {

/// A normal density at whole pixels around the middle one, 1 in sum. `taps` is odd, sigma in pixels.
struct gaussian {
  int taps = 1;
  double sigma = 1;
};

/// Smooths an image along both axes, into another of its shape or in place; it goes on mirrored beyond its edges (the
/// edge itself once). Sums are in float32, rounded to nearest in the end. What it takes out of `memory` it gives back.
void smooth(const image& from, image& to, gaussian across, gaussian down, arena& memory);
/// The same of `shape.height` x `shape.width` x `shape.channels` floats, in place.
void smooth(float* data, image_shape shape, gaussian across, gaussian down, arena& memory);

/// What `smooth` takes, at most.
std::size_t smooth_bytes(image_shape shape, int taps_across, int taps_down) noexcept;

/// Index i of a line of n that is mirrored beyond its ends, which stand there once: … 2 1 0 1 2 …
int mirrored(int i, int n) noexcept;

}  // namespace troupe
