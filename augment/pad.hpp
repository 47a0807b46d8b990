#pragma once
#include <troupe/augment/transform.hpp>

#include <string>

namespace troupe {

/// Pixels to put on each edge, as torchvision takes them: one number, {left and right, top and bottom}, or four.
struct margins {
  margins(int all) : left(all), top(all), right(all), bottom(all) {}  // NOLINT(google-explicit-constructor)
  margins(int across, int down) : left(across), top(down), right(across), bottom(down) {}
  margins(int l, int t, int r, int b) : left(l), top(t), right(r), bottom(b) {}

  int left = 0, top = 0, right = 0, bottom = 0;
  bool operator==(const margins&) const = default;

  /// `4`, `(4, 2)` or `(1, 2, 3, 4)`.
  std::string to_string() const;
};

/// Puts pixels around the image, `fill` (pixel values 0 … 255) or what `mode` says. By a colour it is a view that
/// composes with crops and mirrors; the other modes look at pixels.
transform pad(margins padding, colour fill = 0, padding_mode mode = padding_mode::constant);

}  // namespace troupe
