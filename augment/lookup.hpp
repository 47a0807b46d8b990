#pragma once
#include <troupe/augment/image.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace troupe {

/// What point operations make of a value, by channel. Operations in a row compose into one, so that pixels are touched
/// once however many there are.
struct lookup {
  std::array<std::array<std::uint8_t, 256>, 3> of;

  /// Every value as it is.
  lookup() noexcept {
    for (auto& channel : of)
      for (std::size_t v = 0; v < 256; ++v) channel[v] = std::uint8_t(v);
  }
  /// Puts an operation behind it: f(channel, value) gives a value.
  template <class F>
  void then(F f) {
    for (std::size_t c = 0; c < of.size(); ++c)
      for (auto& v : of[c]) v = f(c, v);
  }
  /// The same one for every channel, given as a table.
  void then(const std::array<std::uint8_t, 256>& table) {
    const bool alike = same_for_all();
    for (auto& v : of[0]) v = table[v];
    for (std::size_t c = 1; c < of.size(); ++c)
      if (alike)
        of[c] = of[0];
      else
        for (auto& v : of[c]) v = table[v];
  }
  bool same_for_all() const noexcept { return of[0] == of[1] && of[1] == of[2]; }

  /// Every value stays as it is.
  bool changes_nothing() const noexcept { return of == lookup().of; }

  /// Changes every pixel.
  void apply(image& pixels) const { apply(pixels, pixels); }
  /// The same, into another image of the same shape.
  void apply(const image& from, image& to) const;
};

/// A picture as a point operation finds it: pixels, and what operations before it will have made of them.
class seen_pixels {
 public:
  seen_pixels(const image& pixels, const lookup& table) noexcept : pixels_(pixels), table_(table) {}

  int channels() const noexcept { return pixels_.shape.channels; }
  /// How many pixels have each value, by channel; a grey picture has one.
  std::array<std::array<std::uint32_t, 256>, 3> histograms() const;
  /// The least and the greatest value, by channel.
  struct range {
    std::uint8_t low = 255, high = 0;
  };
  std::array<range, 3> ranges() const;
  /// The mean of the pixels in grey, 0 … 255.
  double mean_grey() const;

 private:
  template <class F>
  void each_some(F f) const;

  const image& pixels_;
  const lookup& table_;
};

/// PIL's "L" of a colour: (19595 R + 38470 G + 7471 B + 32768) / 65536, ITU-R BT.601.
constexpr std::uint8_t grey_of(unsigned r, unsigned g, unsigned b) noexcept {
  return std::uint8_t((r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16);
}

/// A real value as a pixel: cut to 0 … 255, fractions dropped, as torchvision converts float images to uint8.
inline std::uint8_t cut(double value) noexcept { return std::uint8_t(std::clamp(value, 0.0, 255.0)); }

}  // namespace troupe
