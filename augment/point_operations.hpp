#pragma once
#include <troupe/augment/lookup.hpp>

/// What Pillow's ImageOps and ImageEnhance make of a value, and torchvision with them. Each puts itself behind what
/// others have made of it.
namespace troupe::points {

/// 255 - v.
void invert(lookup& table);
/// The upper `bits` of v, 0 … 8.
void posterize(lookup& table, int bits);
/// 255 - v where v is at least `threshold`, 0 … 256.
void solarize(lookup& table, double threshold);
/// Each channel stretched to 0 … 255, as far as it reaches in this picture.
void autocontrast(lookup& table, const seen_pixels& before);
/// Each channel with as many pixels of every value, as far as that can be.
void equalize(lookup& table, const seen_pixels& before);
/// Blended with black: 0 is black, 1 the same, 2 twice as bright.
void brightness(lookup& table, double factor);
/// Blended with the mean of the picture in grey: 0 is that grey, 1 the same.
void contrast(lookup& table, double factor, const seen_pixels& before);

}  // namespace troupe::points
