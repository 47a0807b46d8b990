#include <troupe/augment/moved_point.hpp>
#include <troupe/augment/transforms.hpp>

#include <cmath>

#include "../catch.hpp"
#include "along.hpp"

using namespace troupe;

namespace {

struct example {
  transform by;
  box becomes;     ///< of 2, 4, 12, 10
  keypoint point;  ///< of 5, 6
};

}  // namespace

TEST_CASE("boxes and keypoints go where they go by hand", "[augment][targets]") {
  // an image of 20 columns and 30 rows
  const example examples[] = {
      {random_horizontal_flip(1), {8, 4, 18, 10}, {15, 6}},
      {random_vertical_flip(1), {2, 20, 12, 26}, {5, 24}},
      {center_crop({20, 10}), {0, 0, 7, 5}, {0, 1}},          // 5 rows and columns from each side
      {center_crop({10, 4}), {0, 0, 0, 0}, {-3, -4, false}},  // 10 rows, 8 columns
      {center_crop({30, 24}), {4, 4, 14, 10}, {7, 6}},        // 2 columns more on each side
      {pad({1, 2, 3, 4}, 9), {3, 6, 13, 12}, {6, 8}},
      {pad({1, 2, 3, 4}, 0, padding_mode::reflect), {3, 6, 13, 12}, {6, 8}},
      {resize({60, 10}), {1, 8, 6, 20}, {2.5, 12}},
      {resize({30, 20}), {2, 4, 12, 10}, {5, 6}},
      {random_rotation({180, 180}), {8, 20, 18, 26}, {15, 24}},
      {random_rotation({90, 90}, interpolation::nearest, false, point{10, 10}), {4, 8, 10, 18}, {6, 15}},
      {random_affine({90, 90}, {.center = point{10, 10}}), {10, 2, 16, 12}, {14, 5}},
      {random_affine(0, {.scale = {2, 2}, .center = point{0, 0}}), {4, 8, 20, 20}, {10, 12}},
      {random_affine(0, {.shear = {45, 45}, .center = point{0, 0}}), {0, 4, 8, 10}, {-1, 6, false}},
      {random_affine(0, {.shear_y = {-45, -45}, .center = point{0, 0}}), {2, 6, 12, 22}, {5, 11}},
      {random_perspective(0, 1), {2, 4, 12, 10}, {5, 6}},
      {elastic_transform(0), {2, 4, 12, 10}, {5, 6}},
      {compose({random_flip(1), center_crop({20, 10}), random_flip(1)}), {0, 0, 7, 5}, {0, 1, false}},  // on the edge
      {random_apply({random_flip(1)}, 0), {2, 4, 12, 10}, {5, 6}}};
  for (const example& e : examples) {
    INFO(e.by.to_string());
    const auto w = run_along({e.by}, pixels({30, 20, 1}), {.boxes = {{2, 4, 12, 10}}, .keypoints = {{5, 6}}});
    const box b = w.boxes.at(0);
    const keypoint k = w.keypoints.at(0);
    CHECK(std::abs(b.x0 - e.becomes.x0) + std::abs(b.y0 - e.becomes.y0) < 1e-9);
    CHECK(std::abs(b.x1 - e.becomes.x1) + std::abs(b.y1 - e.becomes.y1) < 1e-9);
    CHECK(b.empty() == e.becomes.empty());
    CHECK(std::abs(k.x - e.point.x) + std::abs(k.y - e.point.y) < 1e-9);
    CHECK(k.inside == e.point.inside);
  }
}

TEST_CASE("what has been cut off does not come back", "[augment][targets]") {
  const pixels p({40, 40, 1});
  const targets given{.boxes = {{0, 0, 5, 5}, {0, 0, 12, 12}}, .keypoints = {{3, 3}, {20, 20}}};
  const auto w = run_along({center_crop(20), pad(10)}, p, given);
  CHECK(w.boxes == std::vector<box>{{}, {10, 10, 12, 12}});
  CHECK(w.keypoints == std::vector<keypoint>{{3, 3, false}, {20, 20, true}});
}

TEST_CASE("a list with nothing to do leaves boxes and keypoints as they are, cut to the picture",
          "[augment][targets]") {
  const double nan = std::nan("");
  const targets given{.boxes = {{0.1, 0.2, 29.9, 19.7}, {-3, 5, 4, 99}, {5, 5, 5, 9}, {9, 9, 4, 4}, {nan, 1, 2, nan}},
                      .keypoints = {{0.3, 19.999}, {30, 3}, {-0.01, 4}, {1, 1, false}}};
  for (const auto& list : {std::vector<transform>{}, {random_flip(0), random_rotation(0), resize({20, 30})}}) {
    const auto w = run_along(list, pixels({20, 30, 1}), given);
    CHECK(w.boxes == std::vector<box>{{0.1, 0.2, 29.9, 19.7}, {0, 5, 4, 20}, {}, {}, {}});
    CHECK(w.keypoints == std::vector<keypoint>{{0.3, 19.999}, {30, 3, false}, {-0.01, 4, false}, {1, 1, false}});
  }
}

TEST_CASE("a point goes through a map and comes back by its definition", "[augment][targets]") {
  const extent size{30, 40};
  std::vector<float> across(1200), down(1200);
  for (int y = 0; y < 30; ++y)
    for (int x = 0; x < 40; ++x) {
      across[std::size_t(y * 40 + x)] = float(3 * std::sin(y / 6.0));
      down[std::size_t(y * 40 + x)] = float(2 * std::cos(x / 5.0));
    }
  for (const point p : {point{0, 0}, {12.25, 7.5}, {39, 29}, {-4, 60}}) {
    const affine_map a{.a = 1.7, .b = 0.4, .c = -31, .d = -0.9, .e = 0.3, .f = 50};
    const point there = moved(p, {a}, size);
    CHECK(std::abs(a.a * there.x + a.b * there.y + a.c - p.x) < 1e-9);
    CHECK(std::abs(a.d * there.x + a.e * there.y + a.f - p.y) < 1e-9);
    const projective_map m{.a = 1.2, .b = 0.1, .c = -4, .d = 0.2, .e = 0.9, .f = 2, .g = 0.004, .h = 0.001};
    const point seen = moved(p, {m}, size);
    const double depth = m.g * seen.x + m.h * seen.y + 1;
    CHECK(std::abs((m.a * seen.x + m.b * seen.y + m.c) / depth - p.x) < 1e-9);
    CHECK(std::abs((m.d * seen.x + m.e * seen.y + m.f) / depth - p.y) < 1e-9);
  }
  const point q = moved({20, 15}, {displacement_field{across.data(), down.data()}}, size);
  CHECK(std::abs(q.x + 3 * std::sin((q.y - 0.5) / 6) - 20) < 0.05);
  CHECK(std::abs(q.y + 2 * std::cos((q.x - 0.5) / 5) - 15) < 0.05);
}
