#include <troupe/augment/colour_operations.hpp>

#include <troupe/augment/blend.hpp>
#include <troupe/augment/implementation.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace troupe::colours {

namespace {

/// Calls f on every pixel of a colour picture; of a grey one on none.
template <class F>
void each_pixel(image& pixels, F f) {
  if (pixels.shape.channels != 3) return;
  for (int y = 0; y < pixels.shape.height; ++y) {
    std::uint8_t* p = pixels.row(y);
    for (int x = 0; x < pixels.shape.width; ++x, p += 3) f(p);
  }
}

/// torchvision's _rgb2hsv and _hsv2rgb, between them the shift.
std::array<float, 3> turned(float r, float g, float b, float shift) noexcept {
  const float most = std::max({r, g, b}), least = std::min({r, g, b}), range = most - least;
  if (range == 0) return {r, g, b};
  const float saturation = range / most;
  const float rc = (most - r) / range, gc = (most - g) / range, bc = (most - b) / range;
  float h = most == r ? bc - gc : most == g ? 2.0F + rc - bc : 4.0F + gc - rc;
  h = h / 6.0F + 1.0F + shift;
  h -= std::floor(h);
  const float six = h * 6.0F, sector = std::floor(six), f = six - sector;
  const auto unit = [](float v) { return std::clamp(v, 0.0F, 1.0F); };
  const float p = unit(most * (1 - saturation)), q = unit(most * (1 - saturation * f)),
              t = unit(most * (1 - saturation * (1 - f)));
  switch (int(sector) % 6) {
    case 0: return {most, t, p};
    case 1: return {q, most, p};
    case 2: return {p, most, t};
    case 3: return {p, q, most};
    case 4: return {t, p, most};
    default: return {most, p, q};
  }
}

}  // namespace

void grey(image& pixels) {
  each_pixel(pixels, [](std::uint8_t* p) { p[0] = p[1] = p[2] = grey_of(p[0], p[1], p[2]); });
}

void saturation(image& pixels, double factor) {
  const auto by = float(factor);
  each_pixel(pixels, [=](std::uint8_t* p) {
    const int g = grey_of(p[0], p[1], p[2]);
    for (int c = 0; c < 3; ++c) p[c] = blended(g, p[c], by);
  });
}

void hue(image& pixels, double shift) {
  each_pixel(pixels, [by = float(shift)](std::uint8_t* p) {
    const auto rgb = turned(float(p[0]) / 255.0F, float(p[1]) / 255.0F, float(p[2]) / 255.0F, by);
    for (std::size_t c = 0; c < 3; ++c) p[c] = std::uint8_t(rgb[c] * 255.999F);
  });
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
