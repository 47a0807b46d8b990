#include <troupe/augment/warp.hpp>

#include <troupe/augment/implementation.hpp>
#include <troupe/augment/warp_kernels.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
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

/// Pixels that lie inside, written one behind the other from `begin` on; they are all there after `done`. Up to a pixel
/// behind the last one may be overwritten.
template <std::size_t Channels>
class nearest_pixels {
 public:
  static constexpr int channels = Channels;
  nearest_pixels(const image& from, int) noexcept
      : from_(from), end_(from.row(from.shape.height - 1) + Channels * std::size_t(from.shape.width)) {}

  void begin(std::uint8_t* to) noexcept { to_ = to; }
  void at(fixed x, fixed y) noexcept {
    const std::uint8_t* pixel = from_.row(pixel_of(y)) + Channels * std::size_t(pixel_of(x));
    if (Channels == 3 && end_ - pixel > 3)
      std::memcpy(to_, pixel, 4);  // one load, one store
    else
      for (std::size_t k = 0; k < Channels; ++k) to_[k] = pixel[k];
    to_ += Channels;
  }
  /// n pixels beside each other.
  void shift(fixed x, fixed y, int n) noexcept {
    std::memcpy(to_, from_.row(pixel_of(y)) + Channels * std::size_t(pixel_of(x)), Channels * std::size_t(n));
  }
  void done() noexcept {}

 private:
  const image& from_;
  const std::uint8_t* end_;
  std::uint8_t* to_ = nullptr;
};

template <std::size_t Channels>
class bilinear_pixels {
 public:
  static constexpr int channels = Channels;
  bilinear_pixels(const image& from, int rounding) noexcept : from_(from), rounding_(rounding) {}

  void begin(std::uint8_t* to) noexcept { to_ = to; }
  void at(fixed x, fixed y) noexcept {
    x_[std::size_t(n_)] = x - half;
    y_[std::size_t(n_)] = y - half;
    if (++n_ == most) done();
  }
  void done() noexcept {
    kernels::look_between(from_, x_.data(), y_.data(), n_, rounding_, to_);
    to_ += n_ * channels;
    n_ = 0;
  }

 private:
  static constexpr int most = 128;
  const image& from_;
  int rounding_ = 0;
  std::uint8_t* to_ = nullptr;
  int n_ = 0;
  std::array<fixed, most> x_, y_;
};

/// Calls use(pixels) with the right one of them. `rounding`, in 65536ths, is added to blends before fractions go.
template <class Use>
void with_pixels(const image& from, interpolation how, int rounding, Use use) {
  const auto call = [&](auto pixels) { use(pixels); };
  const bool grey = from.shape.channels == 1, blended = how == interpolation::bilinear;
  if (grey)
    blended ? call(bilinear_pixels<1>(from, rounding)) : call(nearest_pixels<1>(from, rounding));
  else
    blended ? call(bilinear_pixels<3>(from, rounding)) : call(nearest_pixels<3>(from, rounding));
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
  with_pixels(pixels, how, 0, [&](auto& inner) {
    for (int y = 0; y < height; ++y, from_x += b, from_y += e) {
      const stretch across = inside(from_x, a, right, width);
      const stretch down = inside(from_y, d, low, width);
      int first = std::max(across.first, down.first);
      const int last = std::max(first, std::min(across.last, down.last));
      std::uint8_t* row = out.row(y);
      paint(row, 0, first, inner.channels, fill);
      inner.begin(row + first * inner.channels);
      if constexpr (requires { inner.shift(from_x, from_y, last); }) {
        if (a == whole_pixels(1) && d == 0 && last > first) {
          inner.shift(from_x + a * first, from_y, last - first);
          first = last;
        }
      }
      for (int x = first; x < last; ++x) inner.at(from_x + a * x, from_y + d * x);
      inner.done();
      paint(row, last, width, inner.channels, fill);
    }
  });
  pixels = out;
}

void warp(image& pixels, const projective_map& map, interpolation how, const colour& fill, arena& memory,
          std::optional<rect> window) {
  const rect part = window.value_or(all_of(pixels));
  image out = image_in(memory, {part.height, part.width, pixels.shape.channels});
  const int height = pixels.shape.height, width = pixels.shape.width;
  constexpr int at_once = 64;
  std::array<double, at_once + 8> across, down;
  with_pixels(pixels, how, 0, [&](auto& inner) {
    for (int y = 0; y < part.height; ++y) {
      std::uint8_t* row = out.row(y);
      inner.begin(row);
      for (int x = 0; x < part.width; ++x) {
        const auto i = std::size_t(x % at_once);
        if (i == 0) {
          kernels::project(map, part.left + x, part.top + y, std::min(at_once, part.width - x), across.data(),
                           down.data());
        }
        const double from_x = across[i], from_y = down[i];
        if (from_x >= 0 && from_x < width && from_y >= 0 && from_y < height) {  // not where it is infinite, either
          inner.at(fixed(from_x * 0x1p32), fixed(from_y * 0x1p32));
        } else {
          inner.done();
          paint(row, x, x + 1, inner.channels, fill);
          inner.begin(row + (x + 1) * inner.channels);
        }
      }
      inner.done();
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
  const auto at = [&](int x, int y) {
    return x >= 0 && x < width && y >= 0 && y < height ? pixels.row(y) + x * pixels.shape.channels : outside;
  };
  with_pixels(pixels, how, 1 << 15, [&](auto& inner) {
    constexpr std::size_t n = std::decay_t<decltype(inner)>::channels;
    const int beside = how == interpolation::nearest ? 0 : 1;  // the neighbour that is looked at as well
    const fixed before = beside * half;
    constexpr int at_once = 64;
    std::array<fixed, at_once> across, down;
    for (int y = 0; y < part.height; ++y) {
      const auto first = std::ptrdiff_t(part.top + y) * width + part.left;
      inner.begin(out.row(y));
      for (int x = 0; x < part.width; ++x) {
        const auto i = std::size_t(x % at_once);
        if (i == 0) {
          const int some = std::min(at_once, part.width - x);
          kernels::displace(field.across + first + x, part.left + x, 1, some, across.data());
          kernels::displace(field.down + first + x, part.top + y, 0, some, down.data());
        }
        const fixed from_x = across[i], from_y = down[i];
        const fixed u = from_x - before, v = from_y - before;
        const int left = pixel_of(u), top = pixel_of(v);
        if (left >= 0 && left + beside < width && top >= 0 && top + beside < height) {
          inner.at(from_x, from_y);
          continue;
        }
        inner.done();
        std::uint8_t* to = out.row(y) + n * std::size_t(x);
        if (how == interpolation::nearest)
          std::copy_n(outside, n, to);
        else
          blend<n>(at(left, top), at(left + 1, top), at(left, top + 1), at(left + 1, top + 1), weight_of(u),
                   weight_of(v), half, to);
        inner.begin(to + n);
      }
      inner.done();
    }
  });
  pixels = out;
}

void warp(image& pixels, const warping& by, arena& memory, std::optional<rect> window) {
  std::visit([&](const auto& map) { warp(pixels, map, by.how, by.fill, memory, window); }, by.map);
}

}  // namespace troupe
