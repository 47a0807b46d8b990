#pragma once
#include <troupe/augment/transform.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// Transforms out of text, as `--augment` takes them: a preset or a list in torchvision's names and argument order.
///
///     parse_transforms("imagenet", 224)
///     parse_transforms("random_resized_crop(224), random_horizontal_flip(p=0.5), normalize(imagenet)", 224)
///
/// Presets, S being `image_size` in pixels:
/// - `imagenet`: random_resized_crop(S), random_horizontal_flip, normalize(imagenet); for training on photographs
/// - `eval`: resize(S * 256 / 224), center_crop(S), normalize(imagenet); its counterpart for evaluation
/// - `cifar`: random_crop(S, padding=S/8), random_horizontal_flip, normalize(cifar)
/// - `fashion`: random_horizontal_flip, normalize(fashion)
/// - `none`: no transform; pixels of one size are delivered as value / 255
///
/// Arguments are positional or `name=value`: numbers, `true`, `false`, words, and `(a, b)`. Throws
/// std::invalid_argument that names the bad word and the nearest right one.
std::vector<transform> parse_transforms(std::string_view text, int image_size);

/// Whether a word stands for a list.
bool is_preset(std::string_view word);

/// What to evaluate with where `text` was trained with: the same images, nothing left to chance. imagenet → eval,
/// fashion → normalize(fashion), cifar → normalize(cifar); in lists, random_resized_crop(S) → resize(S * 256 / 224),
/// center_crop(S), random_crop → center_crop, and no random flips.
std::string evaluation_counterpart(std::string_view text);

}  // namespace troupe
