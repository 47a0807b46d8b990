#include <troupe/augment/transforms.hpp>

#include <cmath>

#include "../catch.hpp"
#include "along.hpp"
#include "warp_reference.hpp"

using namespace troupe;

namespace {

/// Lists that choose pixels and never blend them.
std::vector<std::vector<transform>> choosing() {
  return {{random_horizontal_flip(), random_vertical_flip()},
          {random_crop(40, 9), random_horizontal_flip(), center_crop({50, 30})},
          {random_flip(), random_crop(40, 9, true, 0, padding_mode::reflect), random_vertical_flip()},
          {pad({3, 8, 1, 0}), random_vertical_flip(), random_crop(45)},
          {random_rotation(180)},
          {random_crop(50), random_rotation(30), random_flip(), center_crop(40)},
          {random_affine(40, {.translate = {0.2, 0.3}, .scale = {0.5, 1.7}, .shear = 20, .shear_y = 10})},
          {random_affine(0, {.translate = {0.4, 0.4}}), random_flip(), random_affine(90), pad(3)},
          {random_perspective(0.6, 0.8, nearest), random_crop(48)},
          {elastic_transform(100, 5, nearest), random_rotation(20)},
          {compose({random_rotation(45), random_crop(52)}), random_choice({random_flip(1), random_rotation(9)})},
          {random_order({random_rotation(45), random_vertical_flip(), random_affine(10)})}};
}

/// Lists that resample.
std::vector<std::vector<transform>> blending() {
  return {{resize({83, 45})},
          {resize({20, 31}), random_flip()},
          {random_resized_crop(50, {0.3, 1})},
          {random_flip(), random_crop(50), resize({91, 70}), random_vertical_flip(), center_crop(60)},
          {random_rotation(40, bilinear)},
          {random_rotation(40, bilinear), resize({70, 60}), random_crop(50)},
          {random_affine(20, {.scale = {0.8, 1.5}, .shear = 10, .how = bilinear}), random_resized_crop(48, {0.5, 1})},
          {random_perspective(0.5, 1)},
          {elastic_transform(150, 6)}};
}

/// A few large shapes.
pixels blots(int height, int width) {
  pixels p({height, width, 1});
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) p.at(y, x, 0) = std::sin(x / 7.0) + std::cos(y / 9.0 + x / 30.0) > 0.2 ? 255 : 0;
  return p;
}

}  // namespace

TEST_CASE("where pixels are chosen, the mask of an image is the mask of its result", "[augment][targets]") {
  const pixels p = threshold(photograph(60, 77, 1, 3));
  for (const auto& list : choosing())
    for (std::uint64_t offset = 0; offset < 8; ++offset) {
      INFO(list[0].to_string() << " at " << offset);
      const auto w = run_along(list, p, {.mask = raw(p)}, offset);
      CHECK(w.mask.data == w.picture.data);
    }
}

TEST_CASE("margins that show the image show its mask", "[augment][targets]") {
  const pixels p = threshold(photograph(60, 77, 1, 3));
  for (const auto mode : {padding_mode::edge, padding_mode::reflect, padding_mode::symmetric}) {
    const auto w = run_along({random_flip(), pad({90, 5}, 0, mode), random_crop(66), pad(4, 0, mode)}, p,
                             {.mask = raw(p), .keypoints = {{20, 30}}}, 3);
    CHECK(w.mask.data == w.picture.data);
  }
}

TEST_CASE("where pixels are blended, the mask of an image is the mask of its result but for its edges",
          "[augment][targets]") {
  const pixels p = blots(60, 77);
  for (const auto& list : blending())
    for (std::uint64_t offset = 0; offset < 8; ++offset) {
      INFO(list[0].to_string() << " at " << offset);
      const auto w = run_along(list, p, {.mask = raw(p)}, offset);
      const pixels want = threshold(w.picture);
      int different = 0;
      for (int y = 0; y < want.shape.height; ++y)
        for (int x = 0; x < want.shape.width; ++x)
          different += even_around(want, y, x) && want.at(y, x, 0) != w.mask.at(y, x, 0);
      CHECK(different <= 3);
    }
}

TEST_CASE("operations of a policy that move an image move its mask", "[augment][targets]") {
  const pixels p = threshold(photograph(50, 50, 1, 3));
  int moved = 0;
  for (const transform& t : {rand_augment(2, 20), trivial_augment_wide(), auto_augment("svhn")})
    for (std::uint64_t offset = 0; offset < 300; ++offset) {
      const auto w = run_along({t}, p, {.mask = raw(p)}, offset);
      bool geometric = true;
      for (const auto& [name, value] : w.report[0].values)
        if (const auto* op = std::get_if<std::string>(&value))
          geometric = geometric && (op->starts_with("Shear") || op->starts_with("Translate") || *op == "Rotate");
      if (!geometric) continue;
      ++moved;
      REQUIRE(w.mask.data == w.picture.data);
    }
  CHECK(moved > 100);
}

TEST_CASE("colours, noise and erasing leave everything in its place", "[augment][targets]") {
  const pixels p = photograph(40, 50, 3, 3), mask = threshold(p);
  const targets given{.mask = raw(mask), .boxes = {{1.5, 2, 30, 33.25}}, .keypoints = {{7, 8.5}}};
  const auto w = run_along({color_jitter(0.5, 0.5, 0.5, 0.2), gaussian_blur(5), gaussian_noise(), jpeg({30, 40}),
                            random_erasing(1), cutout(9), random_flip(0)},
                           p, given);
  CHECK(w.mask.data == mask.data);
  CHECK(w.boxes == given.boxes);
  CHECK(w.keypoints == given.keypoints);
}

TEST_CASE("a keypoint at a mark stays at the mark", "[augment][targets]") {
  for (const auto& lists : {choosing(), blending()})
    for (const auto& list : lists) {
      const bool curved = list[0].to_string().starts_with("elastic");  // the middle moves within the mark
      const int side = curved ? 3 : 7;
      const pixels p = drawn_part(60, 77, {30, 24, side, side});
      const targets given{.mask = raw(p), .keypoints = {{24 + side / 2.0, 30 + side / 2.0}}};
      for (std::uint64_t offset = 0; offset < 8; ++offset) {
        INFO(list[0].to_string() << " at " << offset);
        const auto w = run_along(list, p, given, offset);
        const keypoint k = w.keypoints.at(0);
        const auto [height, width, channels] = w.mask.shape;
        if (k.x < 9 || k.y < 9 || k.x > width - 9 || k.y > height - 9) continue;  // a part of it may be cut off
        REQUIRE(k.inside);
        REQUIRE(w.mask.at(int(k.y), int(k.x), 0) == 255);
        if (curved) continue;
        const point found = middle_of(w.mask, 255);
        CHECK(std::abs(found.x - k.x) < 0.8);
        CHECK(std::abs(found.y - k.y) < 0.8);
      }
    }
}

TEST_CASE("the box of a rectangle is the hull of what becomes of it", "[augment][targets]") {
  const pixels p = drawn_part(60, 77, {20, 14, 25, 30});
  const std::vector<std::vector<transform>> lists = {
      {random_flip(), random_crop(40, 5), random_vertical_flip()},
      {random_resized_crop(64, {0.4, 1}), random_flip()},
      {pad({1, 9}), resize({90, 101})},
      {random_rotation(60)},
      {random_affine(30, {.translate = {0.3, 0.3}, .scale = {0.5, 1.5}, .shear = 20}), random_flip(), center_crop(50)},
      {random_perspective(0.6, 1), random_crop(50)}};
  for (const auto& list : lists)
    for (std::uint64_t offset = 0; offset < 20; ++offset) {
      INFO(list[0].to_string() << " at " << offset);
      const auto w = run_along(list, p, {.mask = raw(p), .boxes = {{14, 20, 44, 45}}}, offset);
      const box got = w.boxes.at(0), want = hull_of(w.mask, 255);
      if (want.empty()) {
        CHECK((got.x1 - got.x0 < 1 || got.y1 - got.y0 < 1));
        continue;
      }
      // where corners of a turned box are cut off, the hull of all four is too large, as torchvision's is
      const bool whole = want.x0 > 0 && want.y0 > 0 && want.x1 < w.mask.shape.width && want.y1 < w.mask.shape.height;
      const bool upright = &list < &lists[3];
      const double below = whole || upright ? 1.01 : 80;
      for (const double inside : {want.x0 - got.x0, want.y0 - got.y0, got.x1 - want.x1, got.y1 - want.y1}) {
        CHECK(inside > -1.01);
        CHECK(inside < below);
      }
    }
}
