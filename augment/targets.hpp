#pragma once
#include <troupe/augment/box.hpp>
#include <troupe/augment/recipe.hpp>

#include <cstdint>
#include <vector>

namespace troupe {

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
  bool mask_failed = false;  ///< set where it failed because of the mask

  bool masked() const noexcept { return mask_row || !mask.bytes.empty(); }
};

}  // namespace troupe
