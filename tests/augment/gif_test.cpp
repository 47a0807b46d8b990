#include <troupe/augment/picture_header.hpp>

#include <random>
#include <utility>

#include "../catch.hpp"
#include "decoders.hpp"
#include "further_encoded.hpp"
#include "reference.hpp"

using namespace troupe;

namespace {

pixels part_of(const bytes& file, const rect& part) {
  const recipe r({resized_part(part, part.height, part.width)}, all_formats());
  return as_bytes(run(r, {file}), r.shape());
}

pixels indices(int height, int width, int colours) {
  pixels p = photograph(height, width, 1, 4);
  for (auto& v : p.data) v = std::uint8_t(v % colours);
  return p;
}

/// What the screen shows, by the definition.
pixels screen_of(const pixels& frame, const gif_style& s) {
  pixels screen(
      {std::max(s.screen_height, s.top + frame.shape.height), std::max(s.screen_width, s.left + frame.shape.width), 3});
  for (int y = 0; y < screen.shape.height; ++y)
    for (int x = 0; x < screen.shape.width; ++x) {
      const int row = y - s.top, column = x - s.left;
      const bool inside = row >= 0 && row < frame.shape.height && column >= 0 && column < frame.shape.width;
      const auto c = inside ? gif_colour(frame.at(row, column, 0), s.local) : gif_colour(s.background);
      for (int i = 0; i < 3; ++i) screen.at(y, x, i) = c[std::size_t(i)];
    }
  return screen;
}

}  // namespace

TEST_CASE("the first frame of a GIF is shown on its screen, whatever part is wanted", "[augment][gif]") {
  std::mt19937 random(1);
  for (const gif_style& style : {gif_style{},
                                 {.colours = 2},
                                 {.colours = 16, .interlaced = true},
                                 {.local = true},
                                 {.colours = 64, .interlaced = true, .local = true, .frames = 3},
                                 {.transparent = 7},
                                 {.top = 3, .left = 5, .screen_height = 60, .screen_width = 70, .background = 9},
                                 {.interlaced = true, .top = 3, .left = 5, .screen_height = 10, .screen_width = 10}})
    for (const auto& [height, width] : {std::pair{37, 41}, {1, 1}, {5, 300}, {300, 3}, {7, 8}}) {
      const pixels frame = indices(height, width, style.colours);
      const bytes file = gif(frame, style);
      const pixels all = screen_of(frame, style);
      REQUIRE(read_header(file, all_formats()).upright() == all.shape);
      CHECK(part_of(file, {0, 0, all.shape.height, all.shape.width}).data == all.data);
      for (int i = 0; i < 10; ++i) {
        const rect part = random_part(random, all.shape.height, all.shape.width);
        const pixels got = part_of(file, part);
        for (int y = 0; y < part.height; ++y)
          for (int x = 0; x < 3 * part.width; ++x)
            REQUIRE(got.data[std::size_t(y * 3 * part.width + x)] == all.at(part.top + y, part.left + x / 3, x % 3));
      }
    }
}

TEST_CASE("a GIF without a table of colours is grey, and its screen black", "[augment][gif]") {
  const pixels frame = indices(9, 11, 256);
  bytes file = gif(frame, {.screen_height = 12, .screen_width = 11, .background = 3});
  REQUIRE((file[10] & 0x87) == 0x87);
  file[10] = std::uint8_t(file[10] & 0x78);
  file.erase(file.begin() + 13, file.begin() + 13 + 768);
  const pixels got = part_of(file, {0, 0, 12, 11});
  for (int x = 0; x < 11; ++x)
    for (int c = 0; c < 3; ++c) {
      CHECK(got.at(4, x, c) == frame.at(4, x, 0));
      CHECK(got.at(11, x, c) == 0);
    }
}

TEST_CASE("a colour that the table of a GIF lacks is black", "[augment][gif]") {
  const pixels frame = indices(9, 11, 256);
  bytes file = gif(frame);
  file[10] = std::uint8_t((file[10] & 0xF8) | 5);  // 64 colours
  file.erase(file.begin() + 13 + 192, file.begin() + 13 + 768);
  const pixels got = part_of(file, {0, 0, 9, 11});
  for (int x = 0; x < 11; ++x) {
    const int i = frame.at(5, x, 0);
    CHECK(got.at(5, x, 1) == (i < 64 ? gif_colour(i)[1] : 0));
  }
}

TEST_CASE("what giflib reads and what the header says of a GIF's frame are the same blocks", "[augment][gif]") {
  const pixels frame = indices(9, 11, 16);
  bytes file = gif(frame, {.colours = 16});
  const bytes comment = {0x21, 0xFE, 3, 'a', ',', ';', 0, 0x21, 0xFF, 2, 0x2C, 0x3B, 1, 0, 0};
  file.insert(file.begin() + 13 + 48, comment.begin(), comment.end());
  file.insert(file.end(), 40, 0xAB);  // behind the trailer
  CHECK(part_of(file, {0, 0, 9, 11}).data == screen_of(frame, {}).data);
}
