// Pictures and masks on a real disk, through real threads.
#include <troupe/pipeline/pipeline.hpp>

#include <troupe/augment/transforms.hpp>
#include <troupe/sources/zip.hpp>

#include <map>
#include <vector>

#include "../augment/encoded.hpp"
#include "../catch.hpp"
#include "../sources/temporary_folder.hpp"

using namespace troupe;

namespace {

std::string text(const bytes& b) { return {b.begin(), b.end()}; }

// Photographs that a camera has turned, each with a mask of its brightness, as the file stores both.
void fill(const temporary_folder& folder) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const int height = 40 + orientation, width = 60;
    pixels grey({height, width, 3}), ids({height, width, 1});
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const bool bright = (x / 20 + y / 20) % 2 == 1 || x < 10;
        ids.at(y, x, 0) = bright ? 1 : 0;
        for (int c = 0; c < 3; ++c) grey.at(y, x, c) = bright ? 230 : 20;
      }
    }
    const auto stem = "street/" + std::to_string(orientation);
    folder.write("images/" + stem + ".jpg", text(jpeg(grey, {.quality = 97, .orientation = orientation})));
    folder.write("masks/" + stem + ".png", text(png(ids, {.colour_type = 0})));
  }
}

struct row {
  std::vector<float> image;
  std::vector<std::uint8_t> mask;
  bool operator==(const row&) const = default;
};

std::map<std::int64_t, row> second_epoch(const dataset& data, cached how, int cpus) {
  auto run = pipeline{}
                 .load(data, {.shuffle = true, .seed = 3, .epochs = 2, .cache = how})
                 .augment({random_resized_crop(32, {0.4, 1}), random_horizontal_flip()}, {.mask_fill = 255})
                 .batch({.size = 4})
                 .budget({.cpus = cpus})
                 .start();
  std::map<std::int64_t, row> rows;
  for (int epoch = 0; epoch < 2; ++epoch) {
    for (const batch& b : run.epoch()) {
      const auto images = b.images(), masks = b.field("masks");
      REQUIRE(masks.shape == std::vector<std::int64_t>{b.rows(), 32, 32});
      for (std::size_t r = 0; r < b.rows(); ++r) {
        const auto* image = images.as<float>() + r * 3 * 32 * 32;
        const auto* mask = masks.as<std::uint8_t>() + r * 32 * 32;
        rows[b.indices().as<std::int64_t>()[r]] = {{image, image + 3 * 32 * 32}, {mask, mask + 32 * 32}};
      }
    }
  }
  REQUIRE(run.wait().how == ending::completed);
  return rows;
}

}  // namespace

TEST_CASE("masks lie on their pictures, however the camera was held and whatever is kept", "[actors][fields][cache]") {
  temporary_folder folder;
  fill(folder);
  const auto data = image_and_mask_folders(folder.path() / "images", folder.path() / "masks");
  REQUIRE(data.size() == 8);
  const auto plain = second_epoch(data, cached::none, 2);
  REQUIRE(plain.size() == 8);
  for (const auto& [index, r] : plain) {
    int same = 0;
    for (std::size_t i = 0; i < r.mask.size(); ++i) same += (r.image[i] > 0.5F) == (r.mask[i] == 1);
    REQUIRE(same > 960);  // of 1,024; the rest lies on edges
  }
  for (const int cpus : {1, 3}) {
    for (const auto how : {cached::none, cached::encoded}) REQUIRE(second_epoch(data, how, cpus) == plain);
  }
  REQUIRE(second_epoch(data, cached::decoded, 2) == plain);
}
