#include <troupe/augment/crop.hpp>
#include <troupe/augment/recipe.hpp>
#include <troupe/augment/spec.hpp>
#include <troupe/augment/transforms.hpp>

#include <vector>

#include "../catch.hpp"

using namespace troupe;

namespace {

/// Pixels whose value is 16 times their row plus their column.
std::vector<std::uint8_t> numbered(int height, int width) {
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) pixels.push_back(std::uint8_t(16 * y + x));
  return pixels;
}

std::vector<int> view_of(const recipe& r, const std::vector<std::uint8_t>& pixels, image_shape shape,
                         std::uint64_t offset) {
  scratch memory;
  std::vector<std::uint8_t> row(r.shape().bytes());
  REQUIRE_FALSE(r.run({pixels, shape}, {.offset = offset}, row.data(), memory));
  return {row.begin(), row.end()};
}

}  // namespace

TEST_CASE("five_crop shows the corners and the middle, one view an offset", "[augment]") {
  const image_shape shape{5, 6, 1};
  const auto pixels = numbered(5, 6);
  const recipe r({five_crop({2, 3})}, {}, shape, {.type = element::uint8});
  REQUIRE(r.views() == 5);
  REQUIRE(r.shape() == image_shape{2, 3, 1});
  const std::vector<std::vector<int>> right{{0, 1, 2, 16, 17, 18},
                                            {3, 4, 5, 19, 20, 21},
                                            {48, 49, 50, 64, 65, 66},
                                            {51, 52, 53, 67, 68, 69},
                                            {34, 35, 36, 50, 51, 52}};  // round(1.5) is 2, as in Python
  for (std::uint64_t offset = 0; offset < 15; ++offset) REQUIRE(view_of(r, pixels, shape, offset) == right[offset % 5]);
}

TEST_CASE("ten_crop adds the five of the mirrored image", "[augment]") {
  const image_shape shape{4, 5, 1};
  const auto pixels = numbered(4, 5);
  for (const bool vertical : {false, true}) {
    std::vector<std::uint8_t> mirrored(pixels.size());
    for (int y = 0; y < 4; ++y)
      for (int x = 0; x < 5; ++x)
        mirrored[std::size_t(5 * y + x)] = pixels[std::size_t(vertical ? 5 * (3 - y) + x : 5 * y + 4 - x)];
    const recipe ten({ten_crop(2, vertical)}, {}, shape, {.type = element::uint8});
    const recipe five({five_crop(2)}, {}, shape, {.type = element::uint8});
    REQUIRE(ten.views() == 10);
    for (std::uint64_t view = 0; view < 5; ++view) {
      REQUIRE(view_of(ten, pixels, shape, view) == view_of(five, pixels, shape, view));
      REQUIRE(view_of(ten, pixels, shape, view + 5) == view_of(five, mirrored, shape, view));
    }
  }
}

TEST_CASE("views stand in the list itself, once, and are evaluated as well", "[augment]") {
  REQUIRE_THROWS_WITH(recipe({random_apply({five_crop(4)})}),
                      "augment: five_crop(4) must stand in the list itself, found within random_apply");
  REQUIRE_THROWS_WITH(recipe({five_crop(4), ten_crop(2)}),
                      "augment: one transform must show several views, found ten_crop(2) behind another one");
  REQUIRE(parse_transforms("resize(256), ten_crop(224, vertical_flip=true), normalize(imagenet)", 224).size() == 3);
  REQUIRE_THAT(evaluation_counterpart("resize(256), five_crop(224)"), Catch::Contains("five_crop(224)"));
}

TEST_CASE("an image that is smaller than its crops is refused", "[augment]") {
  const image_shape shape{3, 9, 1};
  const auto pixels = numbered(3, 9);
  const recipe r({five_crop(4)}, {}, shape);
  scratch memory;
  std::vector<float> row(r.shape().bytes());
  const auto bad = r.run({pixels, shape}, {}, row.data(), memory);
  REQUIRE(bad);
  REQUIRE_THAT(bad.detail, Catch::Contains("five_crop: wants 4 out of an image of (3, 9); resize first"));
}
