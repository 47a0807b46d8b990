#pragma once
#include <troupe/augment/arena.hpp>
#include <troupe/augment/image.hpp>

#include <array>

/// Operations between the channels or the neighbours of a pixel, in place.
namespace troupe::colours {

/// Every channel becomes PIL's grey of the three.
void grey(image& pixels);
/// Blended with its grey: 0 is grey, 1 the same. Pillow's ImageEnhance.Color.
void saturation(image& pixels, double factor);
/// Hues turned by `shift`, -0.5 … 0.5 of the whole circle, in HSV as torchvision turns those of tensors.
void hue(image& pixels, double shift);
/// Channel c becomes what channel order[c] was.
void permutation(image& pixels, const std::array<int, 3>& order);
/// Blended with a smoothed picture: 0 is smooth, 1 the same, 2 sharper. Pillow's ImageEnhance.Sharpness: a 3 x 3 mean
/// with 5 times the weight in the middle; the outermost pixels stay. Takes an image of the same size from the arena.
void sharpness(image& pixels, double factor, arena& memory);

}  // namespace troupe::colours
