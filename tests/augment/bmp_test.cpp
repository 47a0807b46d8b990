#include <troupe/augment/picture_header.hpp>

#include <random>
#include <string>

#include "../catch.hpp"
#include "decoders.hpp"
#include "further_encoded.hpp"
#include "reference.hpp"

using namespace troupe;

namespace {

struct kind {
  const char* name;
  bmp_style style;
};

const kind kinds[] = {
    {"1 bit", {.bits = 1}},
    {"4 bits", {.bits = 4}},
    {"8 bits", {.bits = 8}},
    {"8 bits, 100 colours", {.bits = 8, .colours = 100}},
    {"4 bits, top down", {.bits = 4, .top_down = true}},
    {"8 bits of OS/2", {.bits = 8, .header = 12}},
    {"1 bit of OS/2", {.bits = 1, .header = 12}},
    {"24 bits of OS/2", {.bits = 24, .header = 12}},
    {"16 bits", {.bits = 16}},
    {"24 bits", {.bits = 24}},
    {"24 bits, top down", {.bits = 24, .top_down = true}},
    {"24 bits of OS/2 2", {.bits = 24, .header = 64}},
    {"24 bits, version 5", {.bits = 24, .header = 124}},
    {"32 bits", {.bits = 32, .header = 108, .top_down = true}},
    {"16 bits in 5, 6, 5", {.bits = 16, .masks = {0xF800, 0x07E0, 0x001F}}},
    {"16 bits in 4, 4, 4", {.bits = 16, .header = 56, .masks = {0x0F00, 0x00F0, 0x000F}}},
    {"32 bits, red first", {.bits = 32, .header = 56, .masks = {0xFF, 0xFF00, 0xFF0000}}},
    {"32 bits in 10, 10, 10", {.bits = 32, .header = 124, .masks = {0x3FF00000, 0xFFC00, 0x3FF}}},
};

pixels part_of(const bytes& file, const rect& part, bool strict = true) {
  const recipe r({resized_part(part, part.height, part.width)}, all_formats(strict));
  return as_bytes(run(r, {file}), r.shape());
}

pixels drawn_for(const bmp_style& s, int height, int width) {
  pixels p = photograph(height, width, s.bits <= 8 ? 1 : 3, 6);
  if (s.bits < 8)
    for (auto& v : p.data) v = std::uint8_t(v >> (8 - s.bits));
  return p;
}

/// What is read of a field with so few bits, by the definition: stretched to 0 ... 255.
int stretched(int v, std::uint32_t mask) {
  int most = int(mask / (mask & (0 - mask)));
  if (most >= 255) return v;
  return v * (most + 1) / 256 * 255 / most;
}

int wanted(const pixels& p, const bmp_style& s, int y, int x, int c) {
  if (s.bits <= 8) {
    const int i = p.at(y, x, 0);
    return s.colours && i >= s.colours ? 0 : bmp_colour(i)[std::size_t(c)];
  }
  const std::uint32_t mask = s.masks[0] ? s.masks[std::size_t(c)] : s.bits == 16 ? 0x1F : 0xFF;
  return stretched(p.at(y, x, c), mask);
}

}  // namespace

TEST_CASE("a BMP of every kind becomes 8-bit RGB, whatever part is wanted", "[augment][bmp]") {
  std::mt19937 random(2);
  for (const auto& k : kinds)
    for (const auto& [height, width] : {std::pair{23, 37}, {1, 1}, {5, 8}, {40, 3}}) {
      const pixels p = drawn_for(k.style, height, width);
      const bytes file = bmp(p, k.style);
      for (int i = 0; i < 12; ++i) {
        const rect part = i == 0 ? rect{0, 0, height, width} : random_part(random, height, width);
        const pixels got = part_of(file, part);
        int differing = 0;
        for (int y = 0; y < part.height; ++y)
          for (int x = 0; x < part.width; ++x)
            for (int c = 0; c < 3; ++c)
              differing += got.at(y, x, c) != wanted(p, k.style, part.top + y, part.left + x, c);
        INFO(k.name << " " << height << "x" << width);
        REQUIRE(differing == 0);
      }
    }
}

TEST_CASE("what is no plain BMP is unsupported or corrupt, and the reason says so", "[augment][bmp]") {
  const auto said = [](const bytes& file) {
    const auto bad = read_header(file, all_formats()).bad;
    return std::string(to_string(bad.reason)) + ": " + bad.detail;
  };
  const bytes good = bmp(photograph(8, 9, 1, 1), {.bits = 8});
  const auto with = [&](std::size_t at, int value) {
    bytes file = good;
    file[at] = std::uint8_t(value);
    return said(file);
  };
  CHECK(with(30, 1).find("unsupported: a BMP compressed by run lengths") == 0);
  CHECK(with(30, 2).find("unsupported: a BMP compressed by run lengths") == 0);
  CHECK(with(30, 5).find("unsupported: a BMP of compression 5") == 0);
  CHECK(with(28, 2).find("unsupported: a BMP of 2 bits") == 0);
  CHECK(with(30, 3).find("corrupt: bit fields in 8 bits") == 0);
  CHECK(with(18, 0).find("corrupt: headers without a valid size") == 0);
  CHECK(with(10, 20).find("truncated") != 0);
  CHECK(with(14, 41).find("unsupported: not JPEG") == 0);
  const bytes holes = bmp(photograph(8, 9, 3, 1), {.bits = 16, .masks = {0xF800, 0x0550, 0x001F}});
  CHECK(said(holes).find("corrupt: colour masks") == 0);
}

TEST_CASE("lenient reading shows the rows that a cut BMP still has", "[augment][bmp]") {
  const pixels p = photograph(20, 9, 3, 1);
  for (const bool top_down : {false, true}) {
    bytes file = bmp(p, {.top_down = top_down});
    file.resize(54 + 28 * 12 + 5);
    CHECK_THROWS(part_of(file, {0, 0, 20, 9}));
    const pixels got = part_of(file, {0, 0, 20, 9}, false);
    for (int y = 0; y < 20; ++y)
      for (int x = 0; x < 9; ++x) CHECK(got.at(y, x, 1) == ((top_down ? y < 12 : y >= 8) ? p.at(y, x, 1) : 0));
  }
}
