#include <troupe/augment/generator.hpp>
#include <troupe/augment/kernels.hpp>
#include <troupe/augment/lookup.hpp>
#include <troupe/augment/recipe.hpp>
#include <troupe/augment/spec.hpp>

#include "../catch.hpp"
#include "reference.hpp"

using namespace troupe;

namespace {

/// Rows of a list at the level that is in use: a photograph, noise, and an edge of black and white.
std::vector<std::vector<std::uint8_t>> rows(const std::string& list, image_shape shape, element type) {
  const recipe r(parse_transforms(list, 32), {}, shape, {.type = type, .channels_last = type == element::uint8});
  std::vector<std::vector<std::uint8_t>> all;
  for (std::uint64_t offset = 0; offset < 6; ++offset) {
    pixels p = photograph(shape.height, shape.width, shape.channels, int(offset));
    generator random({.offset = offset}, 1);
    if (offset % 3 == 1)
      for (auto& v : p.data) v = std::uint8_t(random());
    if (offset % 3 == 2)
      for (std::size_t i = 0; i < p.data.size(); ++i) p.data[i] = i * 2 < p.data.size() ? 255 : 0;
    std::vector<std::uint8_t> row(r.shape().bytes() * size_of(type));
    scratch memory;
    const auto before = p.data;
    REQUIRE(!r.run(raw(p), {.offset = offset}, row.data(), memory));
    REQUIRE(p.data == before);  // what comes in is never written
    all.push_back(std::move(row));
  }
  return all;
}

}  // namespace

TEST_CASE("every transform gives the same bits at every SIMD level", "[augment][levels]") {
  const std::string list = GENERATE(
      as<std::string>(),  //
      "random_horizontal_flip, random_vertical_flip", "center_crop((17, 40))", "center_crop((17, 3))",
      "pad((3, 2, 1, 5), fill=(1, 2, 3))", "random_rotation(180)",
      "random_rotation(180, interpolation=bilinear, fill=(9, 90, 200))",
      "random_affine(20, translate=(0.1, 0.2), scale=(0.4, 1.8), shear=(-10, 10, -20, 20), interpolation=bilinear)",
      "random_perspective(0.7, p=1)", "random_perspective(0.3, p=1, interpolation=nearest)",
      "elastic_transform(80, sigma=2)", "elastic_transform(300, sigma=1, interpolation=nearest, fill=(1, 2, 3))",
      "color_jitter((0.2, 1.9), (0.2, 1.8), (0, 3), 0.5)", "color_jitter((0.2, 1.9), (0.2, 1.8))", "grayscale",
      "random_autocontrast(1)", "random_equalize(1), random_solarize(99, p=1), random_autocontrast(1)",
      "random_adjust_sharpness(0.3, p=1)", "random_adjust_sharpness(9, p=1)", "random_channel_permutation",
      "gaussian_blur((5, 9))", "gaussian_blur(23, sigma=(0.1, 7))", "gaussian_noise(0.1, 0.2, clip=false)",
      "rand_augment(3, 20)", "rand_augment(3, 20, interpolation=bilinear)", "aug_mix");
  for (const auto& [height, width] : {std::pair{37, 70}, {20, 129}, {3, 5}, {1, 1}})
    for (const int channels : {1, 3})
      for (const element type : {element::float32, element::uint8}) {
        INFO(list << ", " << height << "x" << width << "x" << channels);
        kernels::use("");
        const auto best = rows(list, {height, width, channels}, type);
        for (const std::string& level : kernels::levels()) {
          kernels::use(level);
          INFO(level);
          const bool same = rows(list, {height, width, channels}, type) == best;
          CHECK(same);
        }
      }
  kernels::use("");
}

TEST_CASE("numbers that are drawn at once are those that are drawn one by one", "[augment][levels]") {
  for (const std::string& level : kernels::levels()) {
    kernels::use(level);
    INFO(level);
    generator one_by_one({.seed = 5, .offset = 9}, 3), at_once = one_by_one;
    for (const std::size_t n : {0, 1, 2, 5, 64, 3, 257, 1000, 7}) {
      std::vector<std::uint32_t> drawn(n), wanted(n);
      at_once.fill(drawn.data(), n);
      for (auto& w : wanted) w = one_by_one();
      CHECK(drawn == wanted);
    }
  }
  kernels::use("");
}

TEST_CASE("a table is applied to every value by its channel", "[augment][levels]") {
  lookup table;
  table.then([](std::size_t c, std::uint8_t v) { return std::uint8_t(v * (2 * c + 3) + c); });
  for (const std::string& level : kernels::levels()) {
    kernels::use(level);
    INFO(level);
    for (const int channels : {1, 3})
      for (const int width : {1, 7, 63, 64, 300}) {
        pixels p({3, width, channels});
        for (std::size_t i = 0; i < p.data.size(); ++i) p.data[i] = std::uint8_t(i * 7);
        std::vector<std::uint8_t> wanted = p.data;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
          const std::size_t c = channels == 1 ? 0 : i % 3;
          wanted[i] = std::uint8_t(p.data[i] * (2 * c + 3) + c);
        }
        image seen{p.data.data(), p.shape, std::size_t(width) * std::size_t(channels)};
        table.apply(seen);
        CHECK(p.data == wanted);
      }
  }
  kernels::use("");
}

TEST_CASE("operations that end in bytes in the row itself are those that end in floats", "[augment][levels]") {
  const pixels p = photograph(21, 30, 3, 2);
  for (const std::string list :
       {"random_invert(1)", "grayscale, random_horizontal_flip(1)",
        "random_autocontrast(1), random_vertical_flip(1), grayscale",
        "random_equalize(1), center_crop(9), random_invert(1)",
        "grayscale, random_rotation(40), random_vertical_flip(1), random_solarize(99, p=1)",
        "color_jitter(0.4), random_rotation(40), center_crop(13), random_horizontal_flip(1)"}) {
    INFO(list);
    const recipe floats(parse_transforms(list, 32), {}, p.shape);
    const recipe bytes(parse_transforms(list, 32), {}, p.shape, {.type = element::uint8, .channels_last = true});
    std::vector<std::uint8_t> row(bytes.shape().bytes());
    scratch memory;
    REQUIRE(!bytes.run(raw(p), {.offset = 4}, row.data(), memory));
    const pixels wanted = as_bytes(run(floats, raw(p), {.offset = 4}), floats.shape());
    CHECK(row == wanted.data);
  }
}
