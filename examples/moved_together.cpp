// A picture with a mask, a box and a keypoint, for segmentation or detection: augment/ alone, without actors. All of
// them go through the same crop, flip and rotation, sample by sample. Prints:
//   | sample 0: disc in (23.2, 0.8) ... (64.0, 51.2), centre 50.7, 24.0, mask as picture: 99.5 %
//   | sample 1: disc in (2.9, 6.8) ... (54.9, 58.5), centre 28.9, 32.7, mask as picture: 99.2 %
//   | sample 2: disc in (22.8, 9.4) ... (64.0, 54.5), centre 45.2, 31.8, mask as picture: 99.2 %
#include <troupe/augment/targets.hpp>
#include <troupe/augment/transforms.hpp>

#include <cstdio>

int main() {
  // A white disc of radius 30 about (80, 50) on black, `[96, 128, 3]`; class 7 where it is.
  const troupe::image_shape shape{96, 128, 3};
  std::vector<std::uint8_t> pixels(shape.bytes()), ids(96 * 128);
  for (std::size_t at = 0; at < ids.size(); ++at) {
    const std::size_t line = at / 128;
    const double x = double(at % 128) - 79.5, y = double(line) - 49.5;
    if (x * x + y * y >= 900) continue;
    ids[at] = 7;
    for (std::size_t c = 0; c < 3; ++c) pixels[3 * at + c] = 255;
  }

  const troupe::recipe prepare({troupe::random_resized_crop(64, {0.5, 1}), troupe::random_horizontal_flip(),
                                troupe::random_rotation(30, troupe::interpolation::bilinear)},
                               {}, shape);
  std::vector<float> row(prepare.shape().bytes());  // [3, 64, 64], value / 255
  std::vector<std::uint8_t> classes(64 * 64);       // [64, 64], 255: the picture has been left
  troupe::scratch memory;

  for (const std::uint64_t offset : {0, 1, 2}) {
    troupe::targets along{.mask = {ids, troupe::image_shape{96, 128, 1}},
                          .mask_row = classes.data(),
                          .mask_fill = 255,
                          .boxes = {{50, 20, 110, 80}},
                          .keypoints = {{80, 50}}};
    if (const auto bad = prepare.run({pixels, shape}, {.seed = 7, .offset = offset}, row.data(), along, memory)) {
      std::fprintf(stderr, "%s\n", bad.detail.c_str());
      return 1;
    }
    int same = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) same += (row[i] >= 0.5f) == (classes[i] == 7);
    const troupe::box b = along.boxes[0];
    const troupe::keypoint k = along.keypoints[0];
    std::printf("sample %d: disc in (%.1f, %.1f) ... (%.1f, %.1f), centre %.1f, %.1f%s, mask as picture: %.1f %%\n",
                int(offset), b.x0, b.y0, b.x1, b.y1, k.x, k.y, k.inside ? "" : " (outside)",
                100.0 * same / double(classes.size()));
  }
}
