#pragma once
#include "encoded.hpp"

#include <troupe/augment/recipe.hpp>
#include <troupe/augment/transform.hpp>

#include <vector>

/// A transform that leaves pixels as they are, but wants them made.
inline troupe::transform nothing() {
  return troupe::transform("nothing", [](troupe::image&, troupe::generator&) {});
}

/// Real values 0 … 255, `[height, width, channels]`, never rounded.
struct exact {
  troupe::image_shape shape;
  std::vector<double> data;

  double at(int y, int x, int c) const {
    return data[(std::size_t(y) * std::size_t(shape.width) + std::size_t(x)) * std::size_t(shape.channels) +
                std::size_t(c)];
  }
};

/// The part of an image, resampled by the triangle filter in double precision, both axes, straight from the definition.
exact resampled(const pixels& p, const troupe::rect& part, int height, int width, bool antialias = true);

struct difference {
  double mean = 0, most = 0;
};

/// Between a delivered row `[C, H, W]` of value / 255 and the exact values, in 255ths.
difference compare(const std::vector<float>& row, const exact& e);

/// A recipe run once; throws std::runtime_error where it fails.
std::vector<float> run(const troupe::recipe& r, const troupe::picture& p, const troupe::sample_key& key = {},
                       std::vector<troupe::drawn>* report = nullptr);
inline troupe::picture raw(const pixels& p) { return {p.data, p.shape}; }

/// The values 0 … 255 of a row without `normalize`, as bytes `[height, width, channels]`.
pixels as_bytes(const std::vector<float>& row, troupe::image_shape shape);

/// A fixed part instead of a random one: `resized_crop` of torchvision's functions.
troupe::transform resized_part(troupe::rect part, int height, int width, bool antialias = true);
