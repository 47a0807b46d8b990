#pragma once
#include <troupe/augment/implementation.hpp>
#include <troupe/augment/policies.hpp>

#include <cstdint>
#include <string>

namespace troupe {

/// What the published policies are made of: Cubuk, Zoph, Mané, Vasudevan, Le: "AutoAugment", CVPR 2019.
enum class policy_operation : std::uint8_t {
  identity,
  shear_x,
  shear_y,
  translate_x,
  translate_y,
  rotate,
  brightness,
  color,
  contrast,
  sharpness,
  posterize,
  solarize,
  autocontrast,
  equalize,
  invert
};
/// As torchvision spells it: "ShearX".
const char* to_string(policy_operation o) noexcept;

/// How strong the operations of a policy are, in `bins` steps from none to the most.
struct policy_strength {
  int bins = 31;
  double shear = 0.3;              ///< of a side by the other
  double translate = 150.0 / 331;  ///< of a side; where `translate_pixels` is set, pixels
  bool translate_pixels = false;
  double degrees = 30;
  double enhance = 0.9;                      ///< factors are 1 ± so much
  int posterize_from = 8, posterize_by = 4;  ///< bits that stay, at least; and how many fewer at most

  /// Degrees, pixels, bits, a threshold, or what a factor differs from 1.
  double magnitude(policy_operation o, int bin, extent size) const noexcept;
  /// Whether it goes either way, as a coin says.
  static bool either_way(policy_operation o) noexcept;
};

/// Into the report: `op_1`, `magnitude_1`, and so on.
void note_operation(const transform::step& s, policy_operation o, double magnitude);
/// Throws std::invalid_argument where `fill` is no colour.
policy_options checked(const char* transform, const policy_options& options);
/// The options that differ from the usual ones, as they are written: ", interpolation=bilinear, fill=(1, 2, 3)".
std::string written(const policy_options& options, const policy_options& usual);

/// Pixels on their way through operations: those on points gather until another wants the pixels themselves.
class policy_canvas {
 public:
  policy_canvas(image& pixels, const policy_options& options, const transform::step& s) noexcept
      : pixels_(pixels), options_(options), step_(s) {}

  void apply(policy_operation o, double magnitude);
  /// Pixels are what they are to be.
  void settle();

 private:
  void sharpen(double factor);

  image& pixels_;
  policy_options options_;
  const transform::step& step_;
  lookup points_;
  bool gathered_ = false;
};

}  // namespace troupe
