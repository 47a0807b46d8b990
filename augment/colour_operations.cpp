#include <troupe/augment/colour_operations.hpp>

#include <troupe/augment/colour_kernels.hpp>
#include <troupe/augment/runs.hpp>
#include <troupe/augment/smoothing_kernels.hpp>

#include <algorithm>

namespace troupe::colours {

namespace {

/// Calls f on the pixels of a colour picture and their places; a grey one stays as it is.
template <class F>
void each_coloured(const image& from, image& to, F f) {
  if (from.shape.channels == 3) return each_run(from, to, f);
  if (from.data != to.data) copy_pixels(from, to);
}

}  // namespace

void grey(const image& from, image& to) { each_coloured(from, to, kernels::make_grey); }

void saturation(const image& from, image& to, double factor) {
  each_coloured(from, to, [=](const std::uint8_t* at, std::size_t n, std::uint8_t* into) {
    kernels::blend_with_grey(at, n, float(factor), into);
  });
}

void hue(const image& from, image& to, double shift) {
  each_coloured(from, to, [=](const std::uint8_t* at, std::size_t n, std::uint8_t* into) {
    kernels::turn_hue(at, n, float(shift), into);
  });
}

void permutation(const image& from, image& to, const std::array<int, 3>& order) {
  each_coloured(from, to, [&](const std::uint8_t* at, std::size_t n, std::uint8_t* into) {
    kernels::permute(at, n, order, into);
  });
}

void sharpness(const image& from, image& to, double factor) {
  const int channels = from.shape.channels, width = from.shape.width * channels;
  if (from.shape.height < 3 || from.shape.width < 3) return copy_pixels(from, to);
  for (int y = 0; y < from.shape.height; ++y) {
    const std::uint8_t* at = from.row(y);
    std::uint8_t* row = to.row(y);
    if (y == 0 || y + 1 == from.shape.height) {
      std::copy_n(at, width, row);
      continue;
    }
    const std::uint8_t *above = from.row(y - 1), *below = from.row(y + 1);
    std::copy_n(at, channels, row);
    kernels::sharpen(above + channels, at + channels, below + channels, std::size_t(width - 2 * channels), channels,
                     float(factor), row + channels);
    std::copy_n(at + width - channels, channels, row + width - channels);
  }
}

}  // namespace troupe::colours
