#pragma once
#include <string>

namespace troupe {

/// Height and width of an image, in pixels.
struct extent {
  int height = 0, width = 0;
  bool operator==(const extent&) const = default;
};

/// A size as torchvision's transforms take it: one number for a square, or `{height, width}`.
struct sides {
  sides(int side) : height(side), width(side) {}  // NOLINT(google-explicit-constructor)
  sides(int h, int w) : height(h), width(w), square(false) {}

  int height = 0, width = 0;
  bool square = true;  ///< written as one number

  /// `224`, or `(224, 320)`.
  std::string to_string() const {
    return square ? std::to_string(height) : "(" + std::to_string(height) + ", " + std::to_string(width) + ")";
  }
};

}  // namespace troupe
