#include <troupe/augment/implementation.hpp>
#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <cstring>

#include "../catch.hpp"
#include "warp_reference.hpp"

using namespace troupe;

namespace {

/// The same list, with pixels made behind every transform. The parameters stay: they follow from the place in the list.
std::vector<transform> unfolded(const std::vector<transform>& list) {
  std::vector<transform> stepwise;
  stepwise.reserve(list.size());
  for (const transform& t : list) stepwise.push_back(compose({t, nothing()}));
  return stepwise;
}
std::vector<transform> folded(const std::vector<transform>& list) {
  std::vector<transform> alone;
  alone.reserve(list.size());
  for (const transform& t : list) alone.push_back(compose({t}));
  return alone;
}

}  // namespace

TEST_CASE("transforms that compose give the bits that they give one by one", "[augment]") {
  const std::vector<std::vector<transform>> lists = {
      {random_rotation(40, bilinear), center_crop(50)},
      {random_rotation(40, nearest), random_flip(), random_vertical_flip(), random_crop(40, 9)},
      {random_affine(40, {.scale = {0.5, 2}, .shear = 20, .how = bilinear}), random_resized_crop(37), random_flip()},
      {random_affine(90, {.scale = {0.2, 0.4}}), resize({33, 90}), pad(3, {1, 2, 3}), random_crop(36)},
      {random_flip(), random_crop(40, 9, true, 0, padding_mode::reflect), random_vertical_flip()},
      {random_perspective(0.8, 0.9), random_flip(), random_crop(48)},
      {elastic_transform(300, 3), random_crop(48), random_vertical_flip()},
      {elastic_transform(300, 3, nearest, 200), center_crop({70, 40}), random_rotation(9, bilinear), center_crop(30)},
      {random_crop(45), random_rotation(40, bilinear), random_crop(40), random_rotation(20), random_crop(35)},
      {random_flip(), random_rotation(40, bilinear), random_affine(10), random_perspective(0.5, 1), random_flip()},
      {random_affine(0, {.translate = {0.5, 0.5}, .how = bilinear, .fill = {9, 8, 7}}), random_flip()},
      {random_crop(40), random_affine(0, {.translate = {0.4, 0.2}, .fill = 50}),
       random_affine(0, {.translate = {1, 1}})},
      {random_rotation({180, 180}, bilinear), random_crop(50), random_affine({-180, -180}), resize({20, 30})},
      {random_rotation(30, bilinear), random_affine(0, {.translate = {0.3, 0.3}, .fill = 90}), random_flip()},
      {pad(5, {9, 200, 30}), random_crop(60), pad({1, 2}, {9, 200, 30}), random_flip()},
      {pad(5, 77), pad(3, 78), random_crop(70), resize({64, 65})},
      {random_crop(50), pad(9, {255, 0, 3}), random_rotation(20, bilinear), pad(2, 40)},
      {resize({44, 60}), pad({3, 0, 5, 1}, {4, 5, 6}), random_vertical_flip(), random_crop(30, 6)},
      {random_rotation(30), random_invert(1), random_flip(), random_posterize(3, 1), random_crop(50)},
      {random_order({random_rotation(30, bilinear), random_crop(50, 8), random_flip()}), center_crop(50)}};
  const pixels p = photograph(71, 90, 3, 4);
  const bytes file = jpeg(p, {.orientation = 6});
  for (const auto& list : lists)
    for (const row_format format : {row_format{}, row_format{element::uint8, true}})
      for (const bool encoded : {false, true}) {
        auto all = list;
        if (encoded) all.insert(all.begin(), resize({68, 80}));
        const auto shape = encoded ? std::optional<image_shape>() : p.shape;
        const recipe whole(folded(all), {}, shape, format), stepwise(unfolded(all), {}, shape, format);
        const picture from = encoded ? picture{file} : raw(p);
        for (std::uint64_t offset = 0; offset < 12; ++offset) {
          INFO(list[0].to_string() << " at " << offset);
          const auto once = run(whole, from, {.offset = offset}), slowly = run(stepwise, from, {.offset = offset});
          REQUIRE(std::memcmp(once.data(), slowly.data(), whole.shape().bytes() * size_of(format.type)) == 0);
        }
      }
}

TEST_CASE("transforms of grey pixels compose as well", "[augment]") {
  const pixels p = photograph(28, 28, 1, 3);
  const std::vector<transform> list = {random_crop(24, 2), random_rotation(30, bilinear), pad(2, 9), random_crop(24),
                                       random_flip()};
  const recipe whole(folded(list), {}, p.shape), stepwise(unfolded(list), {}, p.shape);
  for (std::uint64_t offset = 0; offset < 20; ++offset) {
    const pixels before = p;
    REQUIRE(run(whole, raw(p), {.offset = offset}) == run(stepwise, raw(p), {.offset = offset}));
    REQUIRE(before.data == p.data);
  }
}

TEST_CASE("a part of a warp is that part of it", "[augment]") {
  const pixels p = photograph(40, 50, 3, 2);
  std::vector<float> across(2000), down(2000);
  for (std::size_t i = 0; i < 2000; ++i) across[i] = float(i % 7), down[i] = float(i % 11) - 5;
  const warping warps[] = {{affine_map{.a = 0.7, .b = 0.3, .c = 4.4, .d = -0.2, .e = 1.3, .f = 1}, bilinear, 7},
                           {affine_map{.a = 0.7, .b = 0.3, .c = 4.4, .d = -0.2, .e = 1.3, .f = 1}, nearest, 7},
                           {projective_map{.b = 0.1, .c = -4, .e = 0.9, .g = 0.004, .h = 0.001}, bilinear, 3},
                           {displacement_field{across.data(), down.data()}, bilinear, 5}};
  for (const warping& w : warps)
    for (const rect part : {rect{0, 0, 40, 50}, {3, 8, 20, 41}, {39, 49, 1, 1}}) {
      pixels source = p;
      arena memory;
      memory.reset(2 * warp_bytes(p.shape));
      image all{source.data.data(), p.shape, 150}, some = all;
      warp(all, w, memory);
      warp(some, w, memory, part);
      REQUIRE(some.shape == image_shape{part.height, part.width, 3});
      for (int y = 0; y < part.height; ++y)
        REQUIRE(std::equal(some.row(y), some.row(y) + 3 * part.width, all.row(part.top + y) + 3 * part.left));
    }
}

TEST_CASE("a move by whole pixels and half a turn are views, other warps are not", "[augment]") {
  const extent size{30, 41};
  const auto view = as_view({affine_map{.c = 5, .f = -3}, bilinear, 9}, size);
  REQUIRE(view);
  CHECK(view->window == rect{-3, 5, 30, 41});
  CHECK(view->fill == colour(9));
  const auto turned = as_view({inverse_rotation(middle({30, 41, 1}), 180)}, size);
  REQUIRE(turned);
  CHECK(turned->window == rect{0, 0, 30, 41});
  CHECK((turned->mirror && turned->upside_down));
  CHECK(as_view({inverse_rotation(middle({30, 41, 1}), 0)}, size) == whole(size));
  CHECK(!as_view({affine_map{.c = 5.5}}, size));
  CHECK(!as_view({affine_map{.a = 2}}, size));
  CHECK(!as_view({inverse_rotation({}, 90)}, size));
  CHECK(!as_view({projective_map{}}, size));
}
