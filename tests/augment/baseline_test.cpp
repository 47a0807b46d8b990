#include <troupe/augment/kernels.hpp>
#include <troupe/augment/scratch.hpp>
#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <tuple>

#include "../catch.hpp"
#include "decoders.hpp"
#include "reference.hpp"

using namespace troupe;

namespace {

const std::tuple<int, int, int> samplings[] = {{2, 2, 3}, {2, 1, 3}, {1, 1, 3}, {1, 2, 3}, {1, 1, 1}};

bytes written(std::mt19937& random, int height, int width, const std::tuple<int, int, int>& sampling) {
  const auto& [across, down, channels] = sampling;
  jpeg_style style{.quality = 1 + int(random() % 100), .across = across, .down = down};
  style.optimised = random() % 2 == 0;
  style.restart_rows = random() % 3 == 0 ? 1 + int(random() % 3) : 0;
  style.orientation = int(random() % 2);
  const bool hard = random() % 4 == 0;
  const pixels p = hard ? checkerboard(height, width, channels) : photograph(height, width, channels, random());
  bytes file = jpeg(p, style);
  if (random() % 4 == 0) file.insert(file.end(), 50, std::uint8_t(random()));
  return file;
}

}  // namespace

TEST_CASE("the fast decoder gives the pixels of libjpeg, whatever the size, sampling and part", "[augment][fast]") {
  std::mt19937 random(1);
  decoders both;
  for (const auto& sampling : samplings)
    for (int height = 1; height <= 70; height += 1 + int(random() % 4))
      for (int width = 1; width <= 70; width += 1 + int(random() % 4)) {
        const bytes file = written(random, height, width, sampling);
        for (int i = 0; i < 3; ++i) {
          const rect part = i == 0 ? rect{0, 0, height, width} : random_part(random, height, width);
          INFO(height << "x" << width << ", part " << part.top << " " << part.left << " " << part.height << " "
                      << part.width);
          bool taken = false;
          REQUIRE(both.broken_word(file, part, &taken).empty());
          REQUIRE(taken);
        }
      }
}

TEST_CASE("the fast decoder gives the same pixels at every SIMD level", "[augment][fast]") {
  std::mt19937 random(2);
  for (const auto& level : kernels::levels()) {
    kernels::use(level);
    decoders both;
    INFO(level);
    for (const auto& sampling : samplings)
      for (int i = 0; i < 25; ++i) {
        const int height = 1 + int(random() % 150), width = 1 + int(random() % 150);
        const bytes file = written(random, height, width, sampling);
        bool taken = false;
        REQUIRE(both.broken_word(file, random_part(random, height, width), &taken).empty());
        REQUIRE(taken);
      }
  }
  kernels::use("");
}

TEST_CASE("the fast decoder gives libjpeg's pixels at half size, too", "[augment][fast]") {
  std::mt19937 random(7);
  for (const auto& level : kernels::levels()) {
    kernels::use(level);
    decoders both;
    INFO(level);
    for (const auto& sampling : samplings)
      for (int i = 0; i < 80; ++i) {
        const int height = 1 + int(random() % 140), width = 1 + int(random() % 140);
        const bytes file = written(random, height, width, sampling);
        const bool first = i % 4 == 0;
        const int h = (height + 1) / 2, w = (width + 1) / 2;
        const rect part = first ? rect{0, 0, h, w} : random_part(random, h, w);
        bool taken = false;
        INFO(height << "x" << width << ", part " << part.top << " " << part.left << " " << part.height << " "
                    << part.width);
        REQUIRE(both.broken_word(file, part, &taken, 2).empty());
        REQUIRE(taken == (std::get<0>(sampling) == std::get<1>(sampling)));
      }
  }
  kernels::use("");
}

TEST_CASE("the fast decoder sees large pictures through, with restarts and a window that moves", "[augment][fast]") {
  std::mt19937 random(3);
  decoders both;
  for (int i = 0; i < 20; ++i) {
    const int height = 300 + int(random() % 500), width = 300 + int(random() % 500);
    const jpeg_style style{.quality = 60 + int(random() % 41),
                           .across = 1 + i % 2,
                           .down = 1 + i / 2 % 2,
                           .optimised = i % 3 == 0,
                           .restart_rows = i % 5};
    const bytes file = jpeg(photograph(height, width, 3, unsigned(i)), style);
    for (const rect& part : {rect{0, 0, height, width}, random_part(random, height, width)}) {
      bool taken = false;
      REQUIRE(both.broken_word(file, part, &taken).empty());
      REQUIRE(taken);
    }
  }
}

TEST_CASE("the sampling factors of a grey picture change nothing but how far it is judged", "[augment][fast]") {
  std::mt19937 random(6);
  decoders both;
  for (const int factors : {0x11, 0x12, 0x14, 0x22, 0x41, 0x44}) {
    bytes file = jpeg(photograph(90, 50, 1, 3), {.across = 1, .down = 1});
    const bytes frame{0xFF, 0xC0, 0, 11};
    const auto at = std::search(file.begin(), file.end(), frame.begin(), frame.end());
    REQUIRE(at != file.end());
    at[11] = std::uint8_t(factors);
    for (int i = 0; i < 20; ++i) {
      bool taken = false;
      REQUIRE(both.broken_word(file, random_part(random, 90, 50), &taken).empty());
      REQUIRE(taken);
    }
    for (std::size_t cut = 330; cut < file.size(); cut += 7) {  // libjpeg complains of what it has read beyond the part
      bytes damaged(file.begin(), file.begin() + std::ptrdiff_t(cut));
      damaged.insert(damaged.end(), {0xFF, 0xD9});
      REQUIRE(both.broken_word(damaged, {0, 0, 1 + int(random() % 90), 50}).empty());
    }
  }
}

TEST_CASE("other kinds of JPEG are left to libjpeg", "[augment][fast]") {
  decoders both;
  const pixels p = photograph(40, 50, 3, 1);
  for (const jpeg_style& style : {jpeg_style{.progressive = true}, jpeg_style{.across = 4, .down = 1},
                                  jpeg_style{.across = 4, .down = 2}, jpeg_style{.cmyk = true}})
    CHECK(!both.fast(jpeg(p, style), {0, 0, 40, 50}).delivered);
}

TEST_CASE("a recipe takes the fast decoder, gives the same rows without it, and falls back", "[augment][fast]") {
  std::mt19937 random(4);
  scratch memory;
  const std::vector<transform> list{random_resized_crop(32), random_horizontal_flip()};
  const recipe fast(list), portable(list, {.decoder = jpeg_decoder::portable});
  std::vector<float> a(fast.shape().bytes()), b(a.size());
  for (int i = 0; i < 100; ++i) {
    const pixels p = photograph(100 + i, 150, 3, unsigned(i));
    const bytes file = jpeg(p, {.progressive = i % 5 == 0, .orientation = i % 9});
    const auto before = (*memory).baseline.completed();
    REQUIRE(!fast.run({file}, {.offset = std::uint64_t(i)}, a.data(), memory));
    REQUIRE((*memory).baseline.completed() == before + (i % 5 == 0 ? 0 : 1));
    REQUIRE(!portable.run({file}, {.offset = std::uint64_t(i)}, b.data(), memory));
    REQUIRE((*memory).baseline.completed() == before + (i % 5 == 0 ? 0 : 1));
    REQUIRE(a == b);
  }
}
