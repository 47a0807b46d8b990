#pragma once
#include <troupe/augment/image.hpp>
#include <troupe/augment/lookup_kernels.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace troupe {

/// Calls f(first pixel, number of pixels) on all pixels of an image, with as many at once as follow each other: all of
/// them where nothing is between its rows. `Image`: image or const image.
template <class Image, class F>
void each_run(Image& pixels, F f) {
  const auto height = std::size_t(pixels.shape.height), width = std::size_t(pixels.shape.width);
  if (pixels.stride == width * std::size_t(pixels.shape.channels)) return f(pixels.row(0), height * width);
  for (int y = 0; y < pixels.shape.height; ++y) f(pixels.row(y), width);
}

/// Calls f(first pixel, number of pixels, place) on all pixels of an image and their places in another of its shape.
template <class F>
void each_run(const image& from, image& to, F f) {
  const auto height = std::size_t(from.shape.height), width = std::size_t(from.shape.width);
  const std::size_t bytes = width * std::size_t(from.shape.channels);
  if (from.stride == bytes && to.stride == bytes) return f(from.row(0), height * width, to.row(0));
  for (int y = 0; y < from.shape.height; ++y) f(from.row(y), width, to.row(y));
}

/// Into an image of the same shape, in other memory.
inline void copy_pixels(const image& from, image& to) {
  const std::size_t bytes = std::size_t(from.shape.width) * std::size_t(from.shape.channels);
  if (from.stride == bytes && to.stride == bytes)
    std::copy_n(from.data, from.shape.bytes(), to.data);
  else
    kernels::copy_lines(from.data, from.stride, bytes, from.shape.height, to.data, to.stride);
}

}  // namespace troupe
