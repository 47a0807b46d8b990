#pragma once
#include <troupe/augment/image.hpp>

#include <array>

/// Operations between the channels or the neighbours of a pixel, from an image into another of its shape; or into
/// itself, `sharpness` excepted.
namespace troupe::colours {

/// Every channel becomes PIL's grey of the three.
void grey(const image& from, image& to);
/// Blended with its grey: 0 is grey, 1 the same. Pillow's ImageEnhance.Color.
void saturation(const image& from, image& to, double factor);
/// Hues turned by `shift`, -0.5 … 0.5 of the whole circle, in HSV as torchvision turns those of tensors.
void hue(const image& from, image& to, double shift);
/// Channel c becomes what channel order[c] was.
void permutation(const image& from, image& to, const std::array<int, 3>& order);
/// Blended with a smoothed picture: 0 is smooth, 1 the same, 2 sharper. Pillow's ImageEnhance.Sharpness: a 3 x 3 mean
/// with 5 times the weight in the middle; the outermost pixels stay.
void sharpness(const image& from, image& to, double factor);

}  // namespace troupe::colours
