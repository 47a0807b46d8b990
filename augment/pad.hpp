#pragma once
#include <troupe/augment/colour.hpp>
#include <troupe/augment/transform.hpp>

namespace troupe {

/// Pixels to put on each edge, as torchvision takes them: one number, {left and right, top and bottom}, or four.
struct margins {
  margins(int all) : left(all), top(all), right(all), bottom(all) {}  // NOLINT(google-explicit-constructor)
  margins(int across, int down) : left(across), top(down), right(across), bottom(down) {}
  margins(int l, int t, int r, int b) : left(l), top(t), right(r), bottom(b) {}

  int left = 0, top = 0, right = 0, bottom = 0;
};

/// What padding shows of a row `0 1 2`.
enum class padding_mode : std::uint8_t {
  constant,   ///< `fill`
  edge,       ///< 0 0 | 0 1 2 | 2 2
  reflect,    ///< 2 1 | 0 1 2 | 1 0
  symmetric,  ///< 1 0 | 0 1 2 | 2 1
};

/// Puts pixels around the image, `fill` (pixel values 0 … 255) or what `mode` says.
transform pad(margins padding, colour fill = 0, padding_mode mode = padding_mode::constant);

}  // namespace troupe
