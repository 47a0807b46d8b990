#include <troupe/augment/colour_operations.hpp>

#include <troupe/augment/colour_kernels.hpp>
#include <troupe/augment/implementation.hpp>
#include <troupe/augment/runs.hpp>
#include <troupe/augment/smoothing_kernels.hpp>

#include <algorithm>

namespace troupe::colours {

namespace {

/// Calls f on the pixels of a colour picture; of a grey one on none.
template <class F>
void each_coloured(image& pixels, F f) {
  if (pixels.shape.channels == 3) each_run(pixels, f);
}

}  // namespace

void grey(image& pixels) {
  each_coloured(pixels, [](std::uint8_t* at, std::size_t n) { kernels::make_grey(at, n, at); });
}

void saturation(image& pixels, double factor) {
  each_coloured(pixels, [=](std::uint8_t* at, std::size_t n) { kernels::blend_with_grey(at, n, float(factor), at); });
}

void hue(image& pixels, double shift) {
  each_coloured(pixels, [=](std::uint8_t* at, std::size_t n) { kernels::turn_hue(at, n, float(shift), at); });
}

void permutation(image& pixels, const std::array<int, 3>& order) {
  each_coloured(pixels, [&](std::uint8_t* at, std::size_t n) { kernels::permute(at, n, order, at); });
}

void sharpness(image& pixels, double factor, arena& memory) {
  const int channels = pixels.shape.channels, width = pixels.shape.width * channels;
  if (pixels.shape.height < 3 || pixels.shape.width < 3) return;
  image sharp = image_in(memory, pixels.shape);
  for (int y = 0; y < pixels.shape.height; ++y) {
    const std::uint8_t* at = pixels.row(y);
    std::uint8_t* to = sharp.row(y);
    std::copy_n(at, width, to);
    if (y == 0 || y + 1 == pixels.shape.height) continue;
    const std::uint8_t *above = pixels.row(y - 1), *below = pixels.row(y + 1);
    kernels::sharpen(above + channels, at + channels, below + channels, std::size_t(width - 2 * channels), channels,
                     float(factor), to + channels);
  }
  pixels = sharp;
}

}  // namespace troupe::colours
