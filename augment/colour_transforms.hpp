#pragma once
#include <troupe/augment/transform.hpp>

#include <utility>

namespace troupe {

/// A range of factors: 0.4 means 0.6 … 1.4 (of hue: -0.4 … 0.4), or low and high themselves.
struct factor_range {
  factor_range(double by) : low(by), high(by), symmetric(true) {}  // NOLINT(google-explicit-constructor)
  factor_range(double from, double to) : low(from), high(to) {}

  double low = 0, high = 0;
  bool symmetric = false;
};

/// Brightness, contrast, saturation and hue by random factors, in random order; one whose range is 0 is left out. Hue
/// is turned by -0.5 … 0.5 of the circle at most. Reports `order` and `brightness_factor`, `contrast_factor`,
/// `saturation_factor`, `hue_factor`. torchvision's ColorJitter; hue as it turns that of tensors.
transform color_jitter(factor_range brightness = 0, factor_range contrast = 0, factor_range saturation = 0,
                       factor_range hue = 0);

/// Grey in three channels (Pillow's "L"); always, or with probability p. A grey picture stays as it is.
/// `num_output_channels` is in its place for torchvision's sake and must be 3.
transform grayscale(int num_output_channels = 3);
transform random_grayscale(double p = 0.1);

/// 255 - value, with probability p.
transform random_invert(double p = 0.5);
/// The upper `bits` of each value, 0 … 8, with probability p.
transform random_posterize(int bits, double p = 0.5);
/// 255 - value where the value is at least `threshold`, 0 … 256, with probability p.
transform random_solarize(double threshold, double p = 0.5);
/// Each channel stretched to 0 … 255, with probability p.
transform random_autocontrast(double p = 0.5);
/// The histogram of each channel made even, with probability p.
transform random_equalize(double p = 0.5);
/// Sharper by a factor: 0 is smooth, 1 the same, 2 sharper; with probability p.
transform random_adjust_sharpness(double sharpness_factor, double p = 0.5);
/// The three channels in a random order. Reports `permutation`. torchvision v2's RandomChannelPermutation.
transform random_channel_permutation();

}  // namespace troupe
