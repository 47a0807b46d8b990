#pragma once
#include <troupe/augment/transform.hpp>
#include <troupe/augment/warp.hpp>

#include <string_view>

namespace troupe {

/// How a policy fills what its operations leave open; torchvision's arguments of the same names.
struct policy_options {
  interpolation how = interpolation::nearest;
  colour fill = 0;
};

/// One of 25 pairs of operations, found by search on "imagenet", "cifar10" or "svhn". Cubuk, Zoph, Mané, Vasudevan, Le:
/// "AutoAugment: Learning Augmentation Strategies from Data", CVPR 2019. Reports `policy` and each operation that
/// happened, with its magnitude.
transform auto_augment(std::string_view policy = "imagenet", policy_options options = {});
/// `num_ops` operations out of 14, all of them as strong: `magnitude` of `num_magnitude_bins` steps. Cubuk, Zoph,
/// Shlens, Le: "RandAugment", NeurIPS 2020.
transform rand_augment(int num_ops = 2, int magnitude = 9, int num_magnitude_bins = 31, policy_options options = {});
/// One operation, of any strength. Müller, Hutter: "TrivialAugment", ICCV 2021.
transform trivial_augment_wide(int num_magnitude_bins = 31, policy_options options = {});
/// The picture mixed with `mixture_width` chains of 1 to 3 operations on it (or `chain_depth`), as strong as
/// `severity`, 1 … 10, by weights from Dirichlet(alpha). Hendrycks et al.: "AugMix", ICLR 2020.
transform aug_mix(int severity = 3, int mixture_width = 3, int chain_depth = -1, double alpha = 1, bool all_ops = true,
                  policy_options options = {.how = interpolation::bilinear});
/// Grey, solarised or blurred, then color_jitter(0.3, 0.3, 0.3). Touvron, Cord, Jégou: "DeiT III", ECCV 2022.
transform three_augment();

}  // namespace troupe
