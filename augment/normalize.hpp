#pragma once
#include <troupe/augment/transform.hpp>

#include <string_view>
#include <vector>

namespace troupe {

/// (value / 255 - mean) / std, channel by channel, RGB order; the last transform of a list. One number for all channels
/// or one for each. Every `std` must be > 0.
transform normalize(std::vector<double> mean, std::vector<double> standard_deviation);

/// The mean and deviation of a known data set: `imagenet` (RGB), `cifar` (CIFAR-10, RGB), `fashion` (Fashion-MNIST,
/// grey).
transform normalize(std::string_view dataset);
inline transform normalize(const char* dataset) { return normalize(std::string_view(dataset)); }

/// normalize("imagenet"): mean (0.485, 0.456, 0.406), std (0.229, 0.224, 0.225), as torchvision's pretrained models
/// want.
transform imagenet_normalize();

}  // namespace troupe
