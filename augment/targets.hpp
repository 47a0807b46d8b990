#pragma once
#include <troupe/augment/recipe.hpp>

#include <cstdint>
#include <vector>

namespace troupe {

/// A rectangle of a picture: upper left and lower right corner in pixels. Edges lie between pixels: the pixel in the
/// corner of the picture is 0, 0, 1, 1.
struct box {
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;

  /// Nothing of it is there; also where it is no rectangle at all.
  bool empty() const noexcept { return !(x0 < x1 && y0 < y1); }
  bool operator==(const box&) const = default;
};

/// A point of a picture, in pixels: the centre of the pixel in the corner is 0.5, 0.5.
struct keypoint {
  double x = 0, y = 0;
  bool inside = true;  ///< false once a transform has cut it off; where it would be is said all the same

  bool operator==(const keypoint&) const = default;
};

/// What belongs to a picture and goes with it through a recipe, by the same parameters. Given in pixels of the picture
/// as its file stores it: EXIF orientation turns all of it upright, as it turns the picture.
///
///     troupe::targets along{.mask = {png}, .mask_row = classes.data(), .boxes = {{12, 30, 90, 75}}};
///     auto bad = prepare.run({jpeg}, {.seed = 7, .offset = 12}, row.data(), along, memory);
///
/// Colours, noise, erasing and transforms of one's own leave it as it is.
struct targets {
  /// Class ids, as large as the picture: raw pixels `[H, W, 1]`, or a PNG of at most 8 bits, grey or with a palette,
  /// whose stored numbers are the ids. Read strictly, also where damaged pictures are delivered.
  picture mask{};
  /// Where the mask goes; nothing, where there is none: `[H', W']` uint8, the size of the recipe's results. Every id is
  /// one that the mask has, that of the nearest pixel, or `mask_fill`.
  std::uint8_t* mask_row = nullptr;
  std::uint8_t mask_fill = 0;  ///< where the picture has been left: 0, or the number that the loss ignores (255)
  /// Each becomes the upright hull of its four corners, cut off at the edges of the result after every transform; one
  /// that has lost all of its area becomes 0, 0, 0, 0, which is `empty`, and stays in its place.
  std::vector<box> boxes{};
  std::vector<keypoint> keypoints{};

  bool masked() const noexcept { return mask_row || !mask.bytes.empty(); }
};

}  // namespace troupe
