// Pictures with their masks, for segmentation: both go through the same crop, flip and rotation, and come as two fields
// of a batch. Prints:
//   | 40 pictures, each with a mask
//   | masks [8, 64, 64] uint8
//   | 40 rows, mask as picture: 99 %
#include <troupe/troupe.hpp>

#include <cstdio>

int main() {
  // White discs on black, `[96, 128, 3]`; class 1 where they are. On a disk, the same is
  // troupe::image_and_mask_folders("streets/images", "streets/masks").
  constexpr int n = 40, height = 96, width = 128;
  std::vector<std::uint8_t> pixels, ids;
  for (int i = 0; i < n; ++i) {
    for (int at = 0; at < height * width; ++at) {
      const int x = at % width - 60 - i % 9, y = at / width - 40 - i % 5;
      const bool disc = x * x + y * y < 900;
      ids.push_back(disc ? 1 : 0);
      pixels.insert(pixels.end(), 3, disc ? 255 : 0);
    }
  }
  const auto unlabelled = [] { return troupe::label_list::of_classes(std::vector<std::int64_t>(n)); };
  const auto data = troupe::with_masks(troupe::pixels_of(pixels, {height, width, 3}, unlabelled()),
                                       troupe::pixels_of(ids, {height, width, 1}, unlabelled(), "masks"));
  std::printf("%d pictures, each with a mask\n", int(data.size()));

  auto run = troupe::pipeline{}
                 .load(data, {.shuffle = true, .seed = 7, .epochs = 1})
                 .augment({troupe::random_resized_crop(64, {0.5, 1}), troupe::random_horizontal_flip(),
                           troupe::random_rotation(30, troupe::interpolation::bilinear)},
                          {.mask_fill = 255})  // where the picture has been left
                 .batch({.size = 8})
                 .start();
  std::uint64_t rows = 0, same = 0;
  for (const troupe::batch& b : run.epoch()) {
    const auto images = b.images(), masks = b.field("masks");  // [8, 3, 64, 64] float32, [8, 64, 64] uint8
    if (b.number() == 0)
      std::printf("masks [%d, %d, %d] %s\n", int(masks.shape[0]), int(masks.shape[1]), int(masks.shape[2]),
                  troupe::to_string(masks.type));
    const std::size_t area = 64 * 64;
    for (std::size_t i = 0; i < b.rows() * area; ++i)
      same += (images.as<float>()[i / area * 3 * area + i % area] >= 0.5F) == (masks.as<std::uint8_t>()[i] == 1);
    rows += b.rows();
  }
  std::printf("%d rows, mask as picture: %d %%\n", int(rows), int(100 * same / (rows * 64 * 64)));
}
