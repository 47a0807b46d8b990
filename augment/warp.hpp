#pragma once
#include <troupe/augment/arena.hpp>
#include <troupe/augment/colour.hpp>
#include <troupe/augment/image.hpp>
#include <troupe/augment/transform.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

namespace troupe {

/// The value at a point between pixels: that of the pixel it lies in, or a blend of the four around it.
enum class interpolation : std::uint8_t { nearest, bilinear };

/// `nearest` or `bilinear`.
const char* to_string(interpolation how) noexcept;

/// Which point of the input a point (x, y) of the output shows: (a x + b y + c, d x + e y + f), in pixels. The centre
/// of the first pixel is (0.5, 0.5).
struct affine_map {
  double a = 1, b = 0, c = 0, d = 0, e = 1, f = 0;
};

/// The same, with both coordinates divided by g x + h y + 1.
struct projective_map {
  double a = 1, b = 0, c = 0, d = 0, e = 1, f = 0, g = 0, h = 0;
};

/// The same for (x + across, y + down), one number of pixels for each output pixel: two planes `[height, width]`.
struct displacement_field {
  const float* across = nullptr;
  const float* down = nullptr;
};

/// Looks at the image through a map; the size stays, or only the `window` of it is made, of the same pixels. Points
/// outside become `fill`; for points inside, the edge goes on where bilinear wants a neighbour beyond it, and fractions
/// of values are dropped: what PIL's `transform` does, and so torchvision on PIL images. Bilinear differs from PIL by
/// 1/255 in less than 1 % of the pixels (weights of 16 bits). Affine maps step along a row in integers. The result lies
/// in `memory`; the image is only read.
void warp(image& pixels, const affine_map& map, interpolation how, const colour& fill, arena& memory,
          std::optional<rect> window = {});
void warp(image& pixels, const projective_map& map, interpolation how, const colour& fill, arena& memory,
          std::optional<rect> window = {});

/// As torch's `grid_sample`, which torchvision's `elastic_transform` is made of: neighbours beyond the edge count as
/// `fill`, and values are rounded. Less than a pixel from the edge torchvision differs: it mixes `fill` in twice.
void warp(image& pixels, const displacement_field& field, interpolation how, const colour& fill, arena& memory,
          std::optional<rect> window = {});

/// A warp as a transform drew it: a map of any kind, and how it is looked through.
struct warping {
  std::variant<affine_map, projective_map, displacement_field> map;
  interpolation how = interpolation::nearest;
  colour fill = 0;
};
void warp(image& pixels, const warping& by, arena& memory, std::optional<rect> window = {});

/// What `warp` takes out of `memory`, at most.
std::size_t warp_bytes(image_shape shape) noexcept;

}  // namespace troupe
