#include <troupe/augment/colour_operations.hpp>

#include <troupe/augment/blend.hpp>
#include <troupe/augment/colour_kernels.hpp>
#include <troupe/augment/implementation.hpp>
#include <troupe/augment/runs.hpp>

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
  each_coloured(pixels,
                [=](std::uint8_t* at, std::size_t n) { kernels::blend_with_grey(at, n, float(factor), at); });
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
    for (int x = channels; x < width - channels; ++x) {
      int sum = 4 * at[x];
      for (const std::uint8_t* line : {above, at, below}) sum += line[x - channels] + line[x] + line[x + channels];
      to[x] = blended((2 * sum + 13) / 26, at[x], float(factor));
    }
  }
  pixels = sharp;
}

}  // namespace troupe::colours
