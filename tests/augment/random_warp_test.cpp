#include <troupe/augment/random_perspective.hpp>
#include <troupe/augment/transforms.hpp>

#include <cmath>

#include "../catch.hpp"
#include "warp_reference.hpp"

using namespace troupe;

namespace {

/// How often a reported number falls into each quarter of low … high; one that is outside is an error.
std::array<int, 4> quarters(const transform& t, const pixels& p, const char* name, double low, double high, int n) {
  std::array<int, 4> counts{};
  for (int i = 0; i < n; ++i) {
    std::vector<drawn> report;
    result_of(t, p, std::uint64_t(i), &report);
    const double v = number_of(report, name);
    REQUIRE((v >= low && v <= high));
    ++counts[std::size_t(std::clamp((v - low) / (high - low) * 4, 0.0, 3.9))];
  }
  return counts;
}

}  // namespace

TEST_CASE("random_rotation and random_affine draw uniformly from their ranges", "[augment]") {
  const pixels p = photograph(4, 8, 1, 1);
  const int n = 4000;
  const auto uniform = [&](const transform& t, const char* name, double low, double high) {
    INFO(t.to_string() << ": " << name);
    for (int c : quarters(t, p, name, low, high, n)) CHECK(std::abs(c - n / 4) < 110);  // 4 standard deviations
  };
  uniform(random_rotation({-10, 50}), "angle", -10, 50);
  const transform t = random_affine(20, {.scale = {0.5, 2}, .shear = {-4, 6}, .shear_y = 3});
  uniform(t, "angle", -20, 20);
  uniform(t, "scale", 0.5, 2);
  uniform(t, "shear_x", -4, 6);
  uniform(t, "shear_y", -3, 3);
}

TEST_CASE("random_affine moves by whole pixels, a part of each side at most", "[augment]") {
  const pixels p = photograph(20, 40, 1, 1);
  const transform t = random_affine(0, {.translate = {0.25, 0.1}});
  int across = 0, down = 0;
  for (std::uint64_t i = 0; i < 500; ++i) {
    std::vector<drawn> report;
    const pixels got = result_of(t, p, i, &report);
    const int dx = int(number_of(report, "translate_x")), dy = int(number_of(report, "translate_y"));
    across = std::max(across, std::abs(dx));
    down = std::max(down, std::abs(dy));
    for (int y = 0; y < 20; ++y)
      for (int x = 0; x < 40; ++x) {
        const bool inside = x >= dx && x < 40 + dx && y >= dy && y < 20 + dy;
        REQUIRE(int(got.at(y, x, 0)) == (inside ? p.at(y - dy, x - dx, 0) : 0));
      }
  }
  CHECK(across == 10);
  CHECK(down == 2);
}

TEST_CASE("random_perspective takes the corners where it says, at its rate", "[augment]") {
  const pixels p = photograph(40, 60, 3, 1);
  int distorted = 0;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    std::vector<drawn> report;
    const pixels got = result_of(random_perspective(0.4, 0.3), p, i, &report);
    if (number_of(report, "distorted") == 0) {
      REQUIRE(got.data == p.data);
      continue;
    }
    ++distorted;
    REQUIRE(std::get<std::string>(report[0].values[1].second).starts_with("[["));
  }
  CHECK(std::abs(distorted - 600) < 82);  // 4 standard deviations
  const std::array<std::array<int, 2>, 4> ends{{{5, 3}, {50, 7}, {55, 30}, {2, 39}}};
  const projective_map m = inverse_perspective(p.shape, ends);
  const double corners[4][2] = {{0, 0}, {59, 0}, {59, 39}, {0, 39}};
  for (std::size_t i = 0; i < 4; ++i) {
    const double x = ends[i][0], y = ends[i][1], depth = m.g * x + m.h * y + 1;
    CHECK(std::abs((m.a * x + m.b * y + m.c) / depth - corners[i][0]) < 1e-9);
    CHECK(std::abs((m.d * x + m.e * y + m.f) / depth - corners[i][1]) < 1e-9);
  }
}

TEST_CASE("elastic_transform moves smoothly, by as much as alpha says", "[augment]") {
  // A slope shows how far each pixel went across, or down.
  const auto steps = [](int side) { return 200 / side; };
  const auto sloping = [&](int height, int width, bool down) {
    pixels slope({height, width, 1});
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x)
        slope.at(y, x, 0) = std::uint8_t(20 + (down ? steps(height) * y : steps(width) * x));
    return slope;
  };
  const auto moves = [&](double alpha, const pixels& slope, bool down) {
    const int step = steps(down ? slope.shape.height : slope.shape.width);
    double squares = 0;
    int n = 0, steepest = 0;
    for (std::uint64_t i = 0; i < 30; ++i) {
      const pixels got = result_of(elastic_transform(alpha, 5), slope, i);
      for (int y = 20; y < slope.shape.height - 20; ++y)
        for (int x = 20; x < slope.shape.width - 20; ++x, ++n) {
          const double way = (got.at(y, x, 0) - slope.at(y, x, 0)) / double(step);
          squares += way * way;
          const int before = down ? got.at(y - 1, x, 0) : got.at(y, x - 1, 0);
          steepest = std::max(steepest, std::abs(got.at(y, x, 0) - before - step));
        }
    }
    CHECK(steepest <= step + step * alpha / 40);
    return std::sqrt(squares / n);
  };
  // The field has the deviation of a uniform number, 1 / sqrt(3), times 1 / (2 sigma sqrt(pi)) that smoothing leaves,
  // in pixels: whatever the sides are.
  const double one = 0.5 / std::sqrt(3.0) / (10 * std::sqrt(3.14159265));
  for (const auto& [height, width] : {std::pair{100, 100}, {60, 200}, {200, 60}})
    for (const bool down : {false, true})
      for (const double alpha : {60.0, 200.0}) {
        CAPTURE(height, width, down, alpha);
        CHECK(std::abs(moves(alpha, sloping(height, width, down), down) / (alpha * one) - 1) < 0.15);
      }
  const pixels slope = sloping(100, 100, false);
  for (const auto& alpha : {std::pair{0.0, 300.0}, {300.0, 0.0}}) {  // up and down the slope is the same
    const pixels got = result_of(elastic_transform(alpha, {5, 5}), slope, 1);
    int moved = 0;
    for (int y = 30; y < 70; ++y)
      for (int x = 0; x < 100; ++x) moved += got.at(y, x, 0) != slope.at(y, x, 0);
    CHECK((moved > 0) == (alpha.first > 0));
  }
  CHECK(result_of(elastic_transform(0), slope).data == slope.data);
  CHECK(result_of(elastic_transform(0, 0), slope).data == slope.data);
}

TEST_CASE("warps with nothing to do change nothing, and the same key gives the same pixels", "[augment]") {
  for (int channels : {1, 3}) {
    const pixels p = photograph(37, 52, channels, 4);
    for (interpolation how : {nearest, bilinear}) {
      CHECK(result_of(random_rotation(0, how), p).data == p.data);
      CHECK(result_of(random_affine(0, {.how = how}), p).data == p.data);
      CHECK(result_of(random_perspective(0, 1, how), p).data == p.data);
      for (const transform& t : {random_rotation(90, how), random_affine(30, {.scale = {0.5, 2}, .how = how}),
                                 random_perspective(0.7, 1, how), elastic_transform(90, 3, how)}) {
        CHECK(result_of(t, p, 3).data == result_of(t, p, 3).data);
        CHECK(result_of(t, p, 3).data != result_of(t, p, 4).data);
      }
    }
  }
  for (const auto& [height, width] : {std::pair{1, 1}, {1, 9}, {5, 1}, {2, 2}})
    for (const transform& t : {random_rotation(90, bilinear), random_affine(30, {.shear = 80, .how = bilinear}),
                               random_perspective(1, 1), elastic_transform()})
      CHECK(result_of(t, photograph(height, width, 3, 1), 1).shape == image_shape{height, width, 3});
}

TEST_CASE("wrong warps are refused where they are written", "[augment]") {
  CHECK(refusal([] { random_rotation(-3); }) == "random_rotation: degrees must be in 0 ... 360, got -3");
  CHECK(refusal([] {
          random_rotation({5, 3});
        }) == "random_rotation: degrees must be (low, high) with -360 <= low <= high <= 360, got (5, 3)");
  CHECK(refusal([] { random_rotation(3, nearest, true); }) ==
        "random_rotation: expand must be false, got true; the size would differ from image to image");
  CHECK(refusal([] { random_rotation(3, nearest, false, {}, 300); }) ==
        "random_rotation: fill must be in 0 ... 255, got 300");
  CHECK(refusal([] {
          random_affine(3, {.translate = {0, 1.5}});
        }) == "random_affine: translate must be in 0 ... 1, got 1.5");
  CHECK(refusal([] {
          random_affine(3, {.scale = {0, 1}});
        }) == "random_affine: scale must be 0 < low <= high <= 1000, got (0, 1)");
  CHECK(refusal([] { random_affine(3, {.shear = 90}); }) == "random_affine: shear must be in 0 ... 89, got 90");
  CHECK(refusal([] { random_perspective(2); }) == "random_perspective: distortion_scale must be in 0 ... 1, got 2");
  CHECK(refusal([] { random_perspective(0.5, -1); }) == "random_perspective: p must be in 0 ... 1, got -1");
  CHECK(refusal([] { elastic_transform(-1); }) == "elastic_transform: alpha must be in 0 ... 1e6, got -1");
  CHECK(refusal([] { elastic_transform(1, 101); }) == "elastic_transform: sigma must be in 0 ... 100, got 101");
}
