#include <troupe/augment/transforms.hpp>

#include <cmath>
#include <numbers>
#include <random>

#include "../catch.hpp"
#include "warp_reference.hpp"

using namespace troupe;

namespace {

/// A copy of the image in a plane of its own.
template <class Map>
pixels warped_by(const Map& map, const pixels& p, interpolation how, colour fill = 0) {
  pixels source = p;
  arena memory;
  memory.reset(warp_bytes(p.shape));
  const std::size_t held = memory.held();
  image seen{source.data.data(), p.shape, std::size_t(p.shape.width * p.shape.channels)};
  warp(seen, map, how, fill, memory);
  REQUIRE(memory.held() == held);
  REQUIRE(source.data == p.data);
  pixels out(p.shape);
  for (int y = 0; y < p.shape.height; ++y) std::copy_n(seen.row(y), p.shape.width * p.shape.channels, &out.at(y, 0, 0));
  return out;
}

auto back(const affine_map& m) {
  return [m](double x, double y) { return std::array{m.a * x + m.b * y + m.c, m.d * x + m.e * y + m.f}; };
}

/// The share of pixels that differ.
double share(const pixels& a, const pixels& b) {
  std::size_t different = 0;
  for (std::size_t i = 0; i < a.data.size(); ++i) different += a.data[i] != b.data[i];
  return double(different) / double(a.data.size());
}

const affine_map maps[] = {{},
                           {.a = 0.8, .b = -0.6, .c = 20.33, .d = 0.6, .e = 0.8, .f = -7.87},
                           {.a = -1, .c = 40.5, .e = -1, .f = 30.25},
                           {.a = 1.7, .b = 0.4, .c = -31.03, .d = -0.9, .e = 0.3, .f = 50.04},
                           {.a = 0.1, .c = 3, .e = 0.2, .f = -4},
                           {.b = 1, .d = 1},
                           {.a = 1e9, .b = 1e9, .c = -1e12, .d = 3, .e = 1e300, .f = 5},
                           {.a = 0, .c = 7.5, .e = 0, .f = 3.5}};

}  // namespace

TEST_CASE("an affine warp is its definition", "[augment]") {
  for (const auto& [height, width] : {std::pair{41, 63}, {64, 30}, {1, 17}, {9, 1}, {1, 1}})
    for (int channels : {1, 3})
      for (const pixels& p : test_images(height, width, channels))
        for (const affine_map& m : maps) {
          INFO(height << "x" << width << "x" << channels << " by " << m.a << " " << m.b << " " << m.c);
          const auto d = compare(warped_by(m, p, bilinear, 9), warped(p, back(m), bilinear, 9));
          CHECK(d.mean <= 0.1);
          CHECK(d.most <= 1);
          CHECK(share(warped_by(m, p, nearest, 9), warped(p, back(m), nearest, 9)) <= 0.002);  // ties
        }
}

TEST_CASE("a projective warp is its definition, beyond its horizon too", "[augment]") {
  for (const projective_map& m :
       {projective_map{},
        projective_map{.a = 1.2, .b = 0.1, .c = -4, .d = 0.2, .e = 0.9, .f = 2, .g = 0.004, .h = 0.001},
        projective_map{.a = 1, .e = 1, .g = -0.05}, projective_map{.g = -2.0 / 63}})
    for (int channels : {1, 3})
      for (const pixels& p : test_images(41, 63, channels))
        for (interpolation how : {nearest, bilinear}) {
          const auto by = [&](double x, double y) {
            const double depth = m.g * x + m.h * y + 1;
            return std::array{(m.a * x + m.b * y + m.c) / depth, (m.d * x + m.e * y + m.f) / depth};
          };
          const auto d = compare(warped_by(m, p, how, 77), warped(p, by, how, 77));
          CHECK(d.mean <= 0.1);
          CHECK(d.most <= 1);
        }
}

TEST_CASE("a map that changes nothing changes nothing", "[augment]") {
  for (interpolation how : {nearest, bilinear})
    for (const pixels& p : test_images(23, 31, 3)) {
      CHECK(warped_by(affine_map{}, p, how).data == p.data);
      CHECK(warped_by(projective_map{}, p, how).data == p.data);
      const std::vector<float> still(23 * 31, 0.0f);
      CHECK(warped_by(displacement_field{still.data(), still.data()}, p, how).data == p.data);
    }
}

TEST_CASE("a field of one displacement moves the image, blended with what is outside", "[augment]") {
  const pixels p = photograph(20, 30, 3, 1);
  const std::vector<float> by_two(600, 2.0f), none(600, 0.0f), half(600, -0.5f);
  const pixels moved = warped_by(displacement_field{by_two.data(), none.data()}, p, bilinear, 100);
  const pixels between = warped_by(displacement_field{none.data(), half.data()}, p, bilinear, 100);
  for (int y = 0; y < 20; ++y)
    for (int x = 0; x < 30; ++x) {
      REQUIRE(int(moved.at(y, x, 1)) == (x < 28 ? p.at(y, x + 2, 1) : 100));
      REQUIRE(int(between.at(y, x, 0)) == (p.at(y, x, 0) + (y > 0 ? p.at(y - 1, x, 0) : 100) + 1) / 2);
    }
}

TEST_CASE("a field of any displacements is its definition", "[augment]") {
  std::mt19937 random(4);
  for (int channels : {1, 3})
    for (const pixels& p : test_images(25, 34, channels)) {
      std::vector<float> across(25 * 34), down(25 * 34);
      for (float& v : across) v = float(random() % 20000) / 1000 - 10;
      for (float& v : down) v = float(random() % 20000) / 1000 - 10;
      across[0] = 1e30f;
      down[1] = -1e30f;
      const pixels blended = warped_by(displacement_field{across.data(), down.data()}, p, bilinear, 50);
      const pixels chosen = warped_by(displacement_field{across.data(), down.data()}, p, nearest, 50);
      const auto at = [&](double y, double x, int c) {
        return x >= 0 && x < 34 && y >= 0 && y < 25 ? double(p.at(int(y), int(x), c)) : 50.0;
      };
      for (int y = 0; y < 25; ++y)
        for (int x = 0; x < 34; ++x)
          for (int c = 0; c < channels; ++c) {
            const std::size_t i = std::size_t(y) * 34 + std::size_t(x);
            const double u = x + double(across[i]), v = y + double(down[i]), l = std::floor(u), t = std::floor(v);
            const double above = at(t, l, c) * (l + 1 - u) + at(t, l + 1, c) * (u - l);
            const double below = at(t + 1, l, c) * (l + 1 - u) + at(t + 1, l + 1, c) * (u - l);
            if (std::abs(u) < 1e9 && std::abs(v) < 1e9)
              REQUIRE(std::abs(blended.at(y, x, c) - (above * (t + 1 - v) + below * (v - t))) <= 0.51);
            REQUIRE(chosen.at(y, x, c) == at(std::floor(v + 0.5), std::floor(u + 0.5), c));
          }
    }
}

TEST_CASE("the inverse of an affine transform takes back what it does", "[augment]") {
  const auto radians = [](double degrees) { return degrees * std::numbers::pi / 180; };
  const point center{20, 31}, moved{3, -8}, shear{12, -20};
  const double angle = 33, scale = 1.3;
  const affine_map m = inverse_affine(center, angle, moved, scale, shear);
  for (const auto& [x, y] : {std::pair{0.0, 0.0}, {10.0, 55.0}, {-7.0, 3.5}}) {
    // there: shear along x, then along y, scale, turn; about the centre; then move
    double u = x - center.x, v = y - center.y;
    u -= std::tan(radians(shear.x)) * v;
    v -= std::tan(radians(shear.y)) * u;
    const double c = scale * std::cos(radians(angle)), s = scale * std::sin(radians(angle));
    const auto there = std::array{c * u - s * v + center.x + moved.x, s * u + c * v + center.y + moved.y};
    const auto [x2, y2] = back(m)(there[0], there[1]);
    CHECK(std::abs(x2 - x) < 1e-9);
    CHECK(std::abs(y2 - y) < 1e-9);
  }
}

TEST_CASE("quarter turns move whole pixels", "[augment]") {
  const pixels p = photograph(24, 24, 3, 2);
  for (interpolation how : {nearest, bilinear}) {
    const pixels quarter = result_of(random_rotation({90, 90}, how), p);
    const pixels turned = result_of(random_rotation({-180, -180}, how), p);
    for (int y = 0; y < 24; ++y)
      for (int x = 0; x < 24; ++x) {
        REQUIRE(int(quarter.at(y, x, 1)) == p.at(x, 23 - y, 1));  // counter-clockwise
        REQUIRE(int(turned.at(y, x, 2)) == p.at(23 - y, 23 - x, 2));
      }
  }
}
