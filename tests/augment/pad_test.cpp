#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "../catch.hpp"
#include "along.hpp"
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

/// A window of an image, `top` and `left` counted from its corner; beyond its edges it is continued, or `fill`.
pixels window_of(const pixels& p, int top, int left, int side, padding_mode mode, const colour& fill) {
  pixels got({side, side, p.shape.channels});
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      for (int c = 0; c < p.shape.channels; ++c) {
        const int sy = shown_at(top + y, p.shape.height, mode), sx = shown_at(left + x, p.shape.width, mode);
        got.at(y, x, c) = sy < 0 || sx < 0 ? fill[std::size_t(c)] : p.at(sy, sx, c);
      }
  return got;
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
          const recipe as_stored({compose(list)}, {}, p.shape, {element::uint8, true});
          const auto row = run(as_stored, raw(p));
          REQUIRE(std::memcmp(row.data(), got.data.data(), got.data.size()) == 0);
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

TEST_CASE("random_crop shows a window of the padded image, whatever the padding shows", "[augment]") {
  const colour fill{10, 200, 30};
  for (const auto mode : {padding_mode::constant, padding_mode::edge, padding_mode::reflect, padding_mode::symmetric})
    for (const int channels : {1, 3})
      for (const auto& [height, width] : {std::pair{9, 12}, {2, 11}, {1, 1}, {30, 25}}) {
        const pixels p = photograph(height, width, channels, 2);
        bool at_the_start = false, at_the_end = false;
        for (std::uint64_t offset = 0; offset < 60; ++offset) {
          std::vector<drawn> report;
          const margins by{3, 8, 5, 0};
          const pixels got = result_of(random_crop(9, by, true, fill, mode), p, offset, &report);
          const int lacking = std::max(9 - height - by.top, 0);
          const int top = int(number_of(report, "top")), left = int(number_of(report, "left"));
          REQUIRE(top >= -by.top - lacking);
          REQUIRE(top + 9 <= height + lacking);
          REQUIRE(left >= -by.left - std::max(9 - width - 8, 0));
          REQUIRE(got.data == window_of(p, top, left, 9, mode, fill).data);
          at_the_start = at_the_start || top == -by.top - lacking;
          at_the_end = at_the_end || top + 9 == height + lacking;
        }
        CHECK((height == 30 || (at_the_start && at_the_end)));
      }
}

TEST_CASE("pad_if_needed puts what an image lacks on both of its sides", "[augment]") {
  const pixels p = photograph(20, 40, 3, 2);
  double sum = 0;
  for (std::uint64_t offset = 0; offset < 400; ++offset) {
    std::vector<drawn> report;
    result_of(random_crop(30, 0, true), p, offset, &report);
    sum += number_of(report, "top");
    CHECK(number_of(report, "top") >= -10);
    CHECK(number_of(report, "top") <= 0);
    CHECK(number_of(report, "left") >= 0);
  }
  CHECK(std::abs(sum / 400 + 5) < 0.65);  // 4 standard deviations of a mean of 11 places
  const recipe strict({random_crop(30, {9, 0})}, {}, p.shape);
  scratch memory;
  std::vector<float> row(strict.shape().bytes());
  CHECK(strict.run(raw(p), {}, row.data(), memory).detail ==
        "random_crop: wants 30 out of an image of (20, 40) with padding (9, 0); resize first, pad more, or say "
        "pad_if_needed=true");
}

TEST_CASE("a crop that reaches beyond one edge only finds its memory behind any scaling", "[augment]") {
  const pixels p = photograph(40, 40, 3, 1);
  for (const auto& by : {margins{0, 0, 9, 9}, margins{9, 9, 0, 0}, margins{0, 30, 0, 0}})
    for (const auto mode : {padding_mode::constant, padding_mode::edge})
      for (std::uint64_t offset = 0; offset < 20; ++offset) {
        const recipe r({random_crop(36, by, true, 7, mode), resize({90, 20}), random_crop({100, 20}, 2, true)}, {},
                       p.shape);
        scratch memory;
        memory.allow(r.stored_scratch_bytes());
        std::vector<float> row(r.shape().bytes());
        CHECK(!r.run(raw(p), {.offset = offset}, row.data(), memory));
        CHECK(memory.bytes() <= r.stored_scratch_bytes());
      }
}

TEST_CASE("a crop of the padded image takes no more memory than was announced, wherever it lies", "[augment]") {
  for (const auto& list : {std::vector{resize(64), random_crop(64, 32)},
                           {resize({64, 20}), random_crop(30, 40)},
                           {random_crop(64, 60), random_flip()},
                           {random_crop(20, 0, true), resize({90, 20})}})
    for (const int channels : {1, 3}) {
      CAPTURE(list[0].to_string(), list[1].to_string(), channels);
      const pixels p = photograph(28, 28, channels, 1);
      const recipe r(list, {}, p.shape);
      std::vector<float> row(r.shape().bytes());
      for (std::uint64_t offset = 0; offset < 200; ++offset) {
        scratch memory;
        REQUIRE(!r.run(raw(p), {.offset = offset}, row.data(), memory));
        REQUIRE(memory.bytes() <= r.stored_scratch_bytes());
      }
    }
}

TEST_CASE("a mask is cropped as its picture is", "[augment][targets]") {
  const pixels p = photograph(20, 27, 1, 3);
  for (const auto mode : {padding_mode::edge, padding_mode::reflect, padding_mode::symmetric})
    for (std::uint64_t offset = 0; offset < 8; ++offset) {
      const auto w = run_along({random_crop(31, {9, 4}, true, 0, mode)}, p, {.mask = raw(p)}, offset);
      CHECK(w.mask.data == w.picture.data);
    }
}

TEST_CASE("wrong crops are refused where they are written", "[augment]") {
  CHECK(refusal([] { random_crop(8, {0, 0, -1, 0}); }) == "random_crop: padding must be in 0 ... 16384, got -1");
  CHECK(refusal([] { random_crop(8, 0, false, 300); }) == "random_crop: fill must be in 0 ... 255, got 300");
}
