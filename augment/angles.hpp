#pragma once
#include <string>

namespace troupe {

/// A range to draw an angle from, in degrees: one number d for -d … d, or {low, high}.
struct angles {
  angles(double d) : low(-d), high(d), one(true) {}  // NOLINT(google-explicit-constructor)
  angles(double l, double h) : low(l), high(h) {}

  double low = 0, high = 0;
  bool one = false;  ///< written as one number

  /// `15`, or `(-10, 15)`.
  std::string to_string() const;
};

/// Throws std::invalid_argument unless -limit <= low <= high <= limit:
/// `random_rotation: degrees must be (low, high) with -360 <= low <= high <= 360, got (15, -15)`.
void check_angles(const char* transform, const char* option, const angles& a, double limit);

}  // namespace troupe
