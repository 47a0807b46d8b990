#include <troupe/augment/transforms.hpp>

#include <vector>

#include "../catch.hpp"
#include "warp_reference.hpp"

using namespace troupe;

namespace {

/// Places before and behind a row of n as numpy.pad shows them, straight from its documentation: the row is continued
/// step by step.
std::vector<int> padded(int n, int before, int behind, padding_mode mode) {
  std::vector<int> one_way;  // what a walker sees from the first pixel on, turning at both ends
  for (int i = 0, step = 1; int(one_way.size()) < 20 * (n + before + behind);) {
    one_way.push_back(i);
    if (n == 1) continue;
    if (i + step >= 0 && i + step < n) {
      i += step;
      continue;
    }
    step = -step;
    if (mode == padding_mode::reflect) i += step;
  }
  std::vector<int> places;
  for (int i = -before; i < n + behind; ++i) {
    if (mode == padding_mode::edge)
      places.push_back(i < 0 ? 0 : i >= n ? n - 1 : i);
    else if (i >= 0)
      places.push_back(one_way[std::size_t(i)]);
    else
      places.push_back(one_way[std::size_t(mode == padding_mode::reflect ? -i : -i - 1)]);
  }
  return places;
}

}  // namespace

TEST_CASE("padding shows what its mode says, however small the image", "[augment]") {
  for (const auto mode : {padding_mode::edge, padding_mode::reflect, padding_mode::symmetric})
    for (int channels : {1, 3})
      for (const auto& [height, width] : {std::pair{5, 7}, {3, 2}, {2, 3}, {1, 1}, {1, 6}}) {
        const pixels p = photograph(height, width, channels, 2);
        const pixels got = result_of(pad({4, 9, 11, 2}, 0, mode), p);
        REQUIRE(got.shape == image_shape{height + 11, width + 15, channels});
        const auto rows = padded(height, 9, 2, mode), columns = padded(width, 4, 11, mode);
        for (int y = 0; y < got.shape.height; ++y)
          for (int x = 0; x < got.shape.width; ++x)
            for (int c = 0; c < channels; ++c)
              REQUIRE(int(got.at(y, x, c)) == p.at(rows[std::size_t(y)], columns[std::size_t(x)], c));
      }
}

TEST_CASE("padding by a colour surrounds the image with it", "[augment]") {
  const pixels p = photograph(6, 8, 3, 2);
  const pixels got = result_of(pad({2, 1}, {10, 20, 30}), p);
  REQUIRE(got.shape == image_shape{8, 12, 3});
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 12; ++x)
      for (int c = 0; c < 3; ++c) {
        const bool inside = y >= 1 && y < 7 && x >= 2 && x < 10;
        REQUIRE(int(got.at(y, x, c)) == (inside ? p.at(y - 1, x - 2, c) : 10 * (c + 1)));
      }
  CHECK(result_of(pad(0), p).data == p.data);
}

TEST_CASE("padding makes images of one size larger ones of one size", "[augment]") {
  const bytes file = jpeg(photograph(40, 50, 3, 1));
  const recipe r({resize({20, 30}), pad({1, 2, 3, 4}), random_horizontal_flip()});
  CHECK(r.shape() == image_shape{26, 34, 3});
  CHECK(run(r, {file}).size() == r.shape().bytes());
  CHECK(refusal([] { recipe({pad(3)}); }).starts_with("augment: results must all have one size"));
}

TEST_CASE("wrong padding is refused where it is written", "[augment]") {
  CHECK(refusal([] { pad(-1); }) == "pad: padding must be in 0 ... 16384, got -1");
  CHECK(refusal([] { pad(1, {0, 0, 256}); }) == "pad: fill must be in 0 ... 255, got 256");
}
