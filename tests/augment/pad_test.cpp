#include <troupe/augment/transforms.hpp>

#include <array>
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

TEST_CASE("padding by a colour surrounds the image with it, whichever way it is turned", "[augment]") {
  const std::array<std::uint8_t, 3> fill{10, 20, 30};
  for (const margins by : {margins(2, 1), margins(0), margins(7, 0, 9, 0), margins(20, 3, 13, 5), margins(0, 4, 1, 0)})
    for (int channels : {1, 3})
      for (const bool mirrored : {false, true})
        for (const bool upside_down : {false, true}) {
          CAPTURE(by.left, by.top, by.right, by.bottom, channels, mirrored, upside_down);
          const pixels p = photograph(6, 8, channels, 2);
          std::vector<transform> list{pad(by, {fill[0], fill[1], fill[2]})};
          if (mirrored) list.push_back(random_horizontal_flip(1));
          if (upside_down) list.push_back(random_vertical_flip(1));
          const pixels got = result_of(compose(list), p);
          REQUIRE(got.shape == image_shape{6 + by.top + by.bottom, 8 + by.left + by.right, channels});
          for (int y = 0; y < got.shape.height; ++y)
            for (int x = 0; x < got.shape.width; ++x)
              for (int c = 0; c < channels; ++c) {
                const int row = (upside_down ? got.shape.height - 1 - y : y) - by.top;
                const int column = (mirrored ? got.shape.width - 1 - x : x) - by.left;
                const bool inside = row >= 0 && row < 6 && column >= 0 && column < 8;
                REQUIRE(int(got.at(y, x, c)) == (inside ? p.at(row, column, c) : int(fill[std::size_t(c)])));
              }
        }
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
