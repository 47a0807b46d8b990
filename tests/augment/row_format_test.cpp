#include <troupe/augment/kernels.hpp>
#include <troupe/augment/spec.hpp>
#include <troupe/augment/transforms.hpp>

#include <bit>
#include <cmath>
#include <cstring>

#include "../catch.hpp"
#include "reference.hpp"

using namespace troupe;

namespace {

std::uint16_t nearest_bfloat16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto below = std::bit_cast<float>(bits & 0xFFFF0000u),
             above = std::bit_cast<float>((bits & 0xFFFF0000u) + 0x10000u);
  const double down = std::abs(double(value) - double(below)), up = std::abs(double(above) - double(value));
  const bool odd = (bits >> 16 & 1) != 0;
  return std::uint16_t((bits >> 16) + (up < down || (up == down && odd) ? 1 : 0));
}

std::vector<std::uint8_t> row_in(const std::vector<transform>& list, const pixels& p, row_format format,
                                 std::uint64_t offset) {
  const recipe r(list, {}, p.shape, format);
  std::vector<std::uint8_t> row(r.shape().bytes() * size_of(format.type) + 1, 0xA5);
  scratch memory;
  REQUIRE(!r.run(raw(p), {.offset = offset}, row.data(), memory));
  REQUIRE(row.back() == 0xA5);  // not a byte beyond
  return row;
}

/// Every element is that of the float32 row, channels first, converted by the definition.
void check_formats(const std::vector<transform>& list, const pixels& p, bool normalised, std::uint64_t offset) {
  const recipe plain(list, {}, p.shape);
  const auto want = run(plain, raw(p), {.offset = offset});
  const auto shape = plain.shape();
  const auto pixels_of_a_plane = std::size_t(shape.height) * std::size_t(shape.width);
  for (const auto type : {element::float32, element::bfloat16, element::uint8})
    for (const bool channels_last : {false, true}) {
      if (type == element::uint8 && normalised) continue;
      const auto got = row_in(list, p, {type, channels_last}, offset);
      std::size_t wrong = 0;
      for (int c = 0; c < shape.channels; ++c)
        for (int i = 0; i < shape.height * shape.width; ++i) {
          const float value = want[std::size_t(c) * pixels_of_a_plane + std::size_t(i)];
          const auto at = std::size_t(channels_last ? i * shape.channels + c : c * shape.height * shape.width + i);
          if (type == element::float32) {
            float f = 0;
            std::memcpy(&f, &got[at * 4], 4);
            wrong += f != value;
          } else if (type == element::bfloat16) {
            std::uint16_t b = 0;
            std::memcpy(&b, &got[at * 2], 2);
            wrong += b != nearest_bfloat16(value);
          } else {
            wrong += got[at] != std::uint8_t(std::lround(value * 255));
          }
        }
      INFO(to_string(type) << (channels_last ? ", channels last, " : ", ") << shape.height << "x" << shape.width << "x"
                           << shape.channels);
      REQUIRE(wrong == 0);
    }
}

}  // namespace

TEST_CASE("every format holds the values of float32, channels first, at every SIMD level", "[augment]") {
  for (const auto& level : kernels::levels()) {
    kernels::use(level);
    INFO(level);
    for (const int channels : {1, 3})
      for (const auto& [height, width] : {std::pair{1, 1}, {3, 5}, {9, 16}, {20, 31}, {33, 70}, {8, 130}}) {
        const pixels p = photograph(height, width, channels, 1);
        for (std::uint64_t offset = 0; offset < 4; ++offset) {
          check_formats({random_horizontal_flip(), random_vertical_flip()}, p, false, offset);
          check_formats({center_crop({height + 3, width + 2}), random_horizontal_flip(), normalize({0.4}, {0.3})}, p,
                        true, offset);
          check_formats({center_crop({(height + 1) / 2, (width + 1) / 2})}, p, false, offset);
          check_formats({random_resized_crop(19), random_horizontal_flip()}, p, false, offset);
        }
      }
  }
  kernels::use("");
}

TEST_CASE("a row too large for the caches is the same wherever it lies in memory, at every SIMD level", "[augment]") {
  constexpr std::size_t line = 64 / sizeof(float);
  const std::string list =
      GENERATE(as<std::string>(), "resize((150, 96)), random_horizontal_flip(0.5), pad(32)",  // lines of 640 bytes
               "resize((150, 96)), random_horizontal_flip(0.5), pad((32, 0, 22, 0))",  // lines that begin anywhere
               "center_crop((160, 192)), random_horizontal_flip(0.5)", "random_vertical_flip(0.5)");
  for (const int channels : {1, 3}) {
    const pixels p = photograph(320, 256, channels, 1);
    const recipe r(parse_transforms(list, 32), {}, p.shape);
    const std::size_t n = r.shape().bytes();
    for (const std::string& level : kernels::levels()) {
      kernels::use(level);
      INFO(list << ", " << level << ", " << channels << " channels");
      scratch memory;
      for (std::uint64_t offset = 0; offset < 4; ++offset) {
        const auto row_at = [&](std::size_t beyond) {  // a line
          std::vector<float> room(n + 3 * line, 7);
          const auto first = 2 * line - reinterpret_cast<std::uintptr_t>(room.data()) / sizeof(float) % line + beyond;
          REQUIRE(!r.run(raw(p), {.offset = offset}, &room[first], memory));
          REQUIRE(room[first - 1] == 7);
          REQUIRE(room[first + n] == 7);
          return std::vector<float>(&room[first], &room[first + n]);
        };
        const bool same = row_at(0) == row_at(1);
        CHECK(same);
      }
    }
    kernels::use("");
  }
}

TEST_CASE("what a format cannot hold is refused", "[augment]") {
  const auto with = [](const std::vector<transform>& list, element type) {
    return recipe(list, {}, {}, {.type = type});
  };
  CHECK_THROWS_AS(with({center_crop(8), normalize("imagenet")}, element::uint8), std::invalid_argument);
  CHECK_THROWS_AS(with({center_crop(8)}, element::int64), std::invalid_argument);
  CHECK_NOTHROW(with({center_crop(8)}, element::uint8));
  CHECK_NOTHROW(with({center_crop(8), normalize("imagenet")}, element::bfloat16));
}
