#include <troupe/augment/warp.hpp>

#include <troupe/augment/implementation.hpp>

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace troupe {

namespace {

/// Pixels with 32 binary places.
using fixed = std::int64_t;

constexpr fixed half = fixed{1} << 31;
constexpr fixed whole_pixels(int n) noexcept { return fixed{n} << 32; }
constexpr int pixel_of(fixed v) noexcept { return int(v >> 32); }
constexpr int weight_of(fixed v) noexcept { return int(v >> 16 & 0xFFFF); }

/// Steps of more than 4096 pixels leave every image at once; cut there, no sum along a row or column overflows.
constexpr double longest_step = 4096, farthest = 0x1p29;

fixed fixed_of(double pixels, double limit) noexcept {
  return fixed(std::floor(std::fmin(std::fmax(pixels, -limit), limit) * 0x1p32 + 0.5));
}

/// To 16 binary places, as PIL has them where it turns or shears by nearest: the same pixels are chosen.
fixed coarse(fixed v) noexcept { return (v + (fixed{1} << 15)) >> 16 << 16; }

/// A pixel between four neighbours, given by their weights in 65536ths; `rounding` is added before fractions go.
template <std::size_t Channels>
void blend(const std::uint8_t* upper_left, const std::uint8_t* upper_right, const std::uint8_t* lower_left,
           const std::uint8_t* lower_right, int right, int low, fixed rounding, std::uint8_t* to) noexcept {
  for (std::size_t k = 0; k < Channels; ++k) {
    const int above = (upper_left[k] << 16) + (upper_right[k] - upper_left[k]) * right;
    const int below = (lower_left[k] << 16) + (lower_right[k] - lower_left[k]) * right;
    to[k] = std::uint8_t(((fixed{above} << 16) + fixed{below - above} * low + rounding) >> 32);
  }
}

template <std::size_t Channels>
struct nearest_pixel {
  static constexpr int channels = Channels;
  const image& from;

  void operator()(fixed x, fixed y, std::uint8_t* to) const noexcept {
    const std::uint8_t* pixel = from.row(pixel_of(y)) + Channels * std::size_t(pixel_of(x));
    for (std::size_t k = 0; k < Channels; ++k) to[k] = pixel[k];
  }
};

template <std::size_t Channels>
struct bilinear_pixel {
  static constexpr int channels = Channels;
  const image& from;

  void operator()(fixed x, fixed y, std::uint8_t* to) const noexcept {
    x -= half;
    y -= half;
    const std::uint8_t* above = from.row(std::max(pixel_of(y), 0));
    const std::uint8_t* below = from.row(std::min(pixel_of(y) + 1, from.shape.height - 1));
    const std::size_t left = Channels * std::size_t(std::max(pixel_of(x), 0));
    const std::size_t right = Channels * std::size_t(std::min(pixel_of(x) + 1, from.shape.width - 1));
    blend<Channels>(above + left, above + right, below + left, below + right, weight_of(x), weight_of(y), 0, to);
  }
};

/// Calls use(pixel), where pixel(x, y, to) writes one pixel that lies inside.
template <class Use>
void with_pixel(const image& from, interpolation how, Use use) {
  const bool grey = from.shape.channels == 1, blended = how == interpolation::bilinear;
  if (grey)
    blended ? use(bilinear_pixel<1>{from}) : use(nearest_pixel<1>{from});
  else
    blended ? use(bilinear_pixel<3>{from}) : use(nearest_pixel<3>{from});
}

/// Numbers first … last - 1.
struct stretch {
  int first = 0, last = 0;
};

rect all_of(const image& i) noexcept { return {0, 0, i.shape.height, i.shape.width}; }

/// Those of 0 … n - 1 for which from + i * step is in 0 … limit - 1.
stretch inside(fixed from, fixed step, fixed limit, int n) noexcept {
  if (step == 0) return {0, from >= 0 && from < limit ? n : 0};
  if (step < 0) {
    from = limit - 1 - from;
    step = -step;
  }
  const auto first_at = [&](fixed value) {
    return value <= from ? 0 : int(std::min<fixed>(n, (value - from + step - 1) / step));
  };
  return {first_at(0), first_at(limit)};
}

}  // namespace

const char* to_string(interpolation how) noexcept { return how == interpolation::nearest ? "nearest" : "bilinear"; }

std::size_t warp_bytes(image_shape shape) noexcept { return image_bytes(shape); }

void warp(image& pixels, const affine_map& map, interpolation how, const colour& fill, arena& memory,
          std::optional<rect> window) {
  const rect part = window.value_or(all_of(pixels));
  image out = image_in(memory, {part.height, part.width, pixels.shape.channels});
  const int height = part.height, width = part.width;
  const bool fine = how == interpolation::bilinear || (map.b == 0 && map.d == 0);
  const auto number = [&](double v, double limit) { return fine ? fixed_of(v, limit) : coarse(fixed_of(v, limit)); };
  const fixed a = number(map.a, longest_step), b = number(map.b, longest_step);
  const fixed d = number(map.d, longest_step), e = number(map.e, longest_step);
  fixed from_x = number(map.c + (map.a + map.b) / 2, farthest), from_y = number(map.f + (map.d + map.e) / 2, farthest);
  from_x += a * part.left + b * part.top;
  from_y += d * part.left + e * part.top;
  const fixed right = whole_pixels(pixels.shape.width), low = whole_pixels(pixels.shape.height);
  with_pixel(pixels, how, [&](auto pixel) {
    for (int y = 0; y < height; ++y, from_x += b, from_y += e) {
      const stretch across = inside(from_x, a, right, width);
      const stretch down = inside(from_y, d, low, width);
      const int first = std::max(across.first, down.first);
      const int last = std::max(first, std::min(across.last, down.last));
      std::uint8_t* row = out.row(y);
      paint(row, 0, first, pixel.channels, fill);
      for (int x = first; x < last; ++x) pixel(from_x + a * x, from_y + d * x, row + x * pixel.channels);
      paint(row, last, width, pixel.channels, fill);
    }
  });
  pixels = out;
}

void warp(image& pixels, const projective_map& map, interpolation how, const colour& fill, arena& memory,
          std::optional<rect> window) {
  const rect part = window.value_or(all_of(pixels));
  image out = image_in(memory, {part.height, part.width, pixels.shape.channels});
  const int height = pixels.shape.height, width = pixels.shape.width;
  with_pixel(pixels, how, [&](auto pixel) {
    for (int y = 0; y < part.height; ++y) {
      const double v = part.top + y + 0.5, bv = map.b * v, ev = map.e * v, hv = map.h * v;
      std::uint8_t* row = out.row(y);
      for (int x = 0; x < part.width; ++x) {
        const double u = part.left + x + 0.5, depth = map.g * u + hv + 1;
        const double from_x = (map.a * u + bv + map.c) / depth, from_y = (map.d * u + ev + map.f) / depth;
        if (from_x >= 0 && from_x < width && from_y >= 0 && from_y < height)  // not where it is infinite, either
          pixel(fixed(from_x * 0x1p32), fixed(from_y * 0x1p32), row + x * pixel.channels);
        else
          paint(row, x, x + 1, pixel.channels, fill);
      }
    }
  });
  pixels = out;
}

void warp(image& pixels, const displacement_field& field, interpolation how, const colour& fill, arena& memory,
          std::optional<rect> window) {
  const rect part = window.value_or(all_of(pixels));
  image out = image_in(memory, {part.height, part.width, pixels.shape.channels});
  const int height = pixels.shape.height, width = pixels.shape.width;
  const std::uint8_t outside[] = {fill[0], fill[1], fill[2]};
  const auto with_channels = [&](auto count) {
    constexpr std::size_t n = count;
    const auto at = [&](int x, int y) {
      return x >= 0 && x < width && y >= 0 && y < height ? pixels.row(y) + n * std::size_t(x) : outside;
    };
    for (int y = 0; y < part.height; ++y) {
      const auto first = std::ptrdiff_t(part.top + y) * width + part.left;
      const float *across = field.across + first, *down = field.down + first;
      for (int x = 0; x < part.width; ++x, ++across, ++down) {
        const auto from_x = fixed(std::clamp(part.left + x + 0.5 + double(*across), -farthest, farthest) * 0x1p32);
        const auto from_y = fixed(std::clamp(part.top + y + 0.5 + double(*down), -farthest, farthest) * 0x1p32);
        std::uint8_t* to = out.row(y) + n * std::size_t(x);
        if (how == interpolation::nearest) {
          std::copy_n(at(pixel_of(from_x), pixel_of(from_y)), n, to);
          continue;
        }
        const fixed u = from_x - half, v = from_y - half;
        const int left = pixel_of(u), top = pixel_of(v);
        blend<n>(at(left, top), at(left + 1, top), at(left, top + 1), at(left + 1, top + 1), weight_of(u), weight_of(v),
                 half, to);
      }
    }
  };
  if (pixels.shape.channels == 1)
    with_channels(std::integral_constant<std::size_t, 1>{});
  else
    with_channels(std::integral_constant<std::size_t, 3>{});
  pixels = out;
}

void warp(image& pixels, const warping& by, arena& memory, std::optional<rect> window) {
  std::visit([&](const auto& map) { warp(pixels, map, by.how, by.fill, memory, window); }, by.map);
}

}  // namespace troupe
