#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/transforms.hpp>
#include <troupe/augment/vp8l_header.hpp>

#include <random>
#include <utility>

#include "../catch.hpp"
#include "decoders.hpp"
#include "reference.hpp"
#include "webp_encoded.hpp"

using namespace troupe;

namespace {

struct named_style {
  const char* name;
  webp_style style;
};

const named_style styles[] = {
    {"lossy", {}},
    {"lossy, quality 10", {.quality = 10}},
    {"lossy, quality 100", {.quality = 100, .effort = 6}},
    {"lossy, simple filter", {.quality = 30, .sharp_filter = true}},
    {"lossy, four partitions", {.partitions = 2}},
    {"lossy with alpha", {.alpha = true}},
    {"lossless", {.lossless = true}},
    {"lossless, least effort", {.lossless = true, .quality = 0, .effort = 0}},
    {"lossless, most effort", {.lossless = true, .quality = 100, .effort = 6}},
    {"lossless with alpha", {.lossless = true, .alpha = true}},
    {"lossless of 3 colours", {.lossless = true, .colours = 3}},
    {"lossless of 30 colours", {.lossless = true, .colours = 30}},
};

/// The part of a file by the recipe, as bytes: cropped, not resampled.
pixels part_of(const bytes& file, const rect& part) {
  const recipe r({resized_part(part, part.height, part.width)});
  return as_bytes(run(r, {file}), r.shape());
}

int differing(const pixels& part, const pixels& all, const rect& at) {
  int n = 0;
  for (int y = 0; y < at.height; ++y)
    for (int x = 0; x < at.width; ++x)
      for (int c = 0; c < 3; ++c) n += part.at(y, x, c) != all.at(at.top + y, at.left + x, c);
  return n;
}

/// Squares of different brightness and noise: pixels that many groups of codes suit.
pixels patches(int height, int width) {
  pixels p({height, width, 3});
  std::mt19937 random(5);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c) {
        const unsigned kind = unsigned(y / 48 * 31 + x / 48 * 7) % 9;
        p.at(y, x, c) = std::uint8_t(kind * 25 + random() % (1 + 3 * kind));
      }
  return p;
}

}  // namespace

TEST_CASE("a WebP is decoded as libwebp decodes the whole of it, whatever part is wanted", "[augment][webp]") {
  std::mt19937 random(1);
  for (const auto& s : styles)
    for (const auto& [height, width] : {std::pair{97, 131}, {64, 48}, {17, 200}, {5, 3}, {1, 1}, {2, 2}, {150, 16}}) {
      const bytes file = webp(photograph(height, width, 3, 2), s.style);
      const pixels all = webp_decode(file);
      REQUIRE(all.shape == image_shape{height, width, 3});
      for (int i = 0; i < 40; ++i) {
        const rect part = i == 0 ? rect{0, 0, height, width} : random_part(random, height, width);
        INFO(s.name << " " << height << "x" << width << ": " << part.top << " " << part.left << " " << part.height
                    << " " << part.width);
        REQUIRE(differing(part_of(file, part), all, part) == 0);
      }
    }
}

TEST_CASE("a lossless WebP gives back what was written, its alpha dropped", "[augment][webp]") {
  for (const bool alpha : {false, true})
    for (const pixels& p :
         {photograph(60, 81, 3, 4), checkerboard(33, 20, 3), zone_plate(50, 50, 3), patches(200, 300)}) {
      const bytes file = webp(p, {.lossless = true, .alpha = alpha});
      CHECK(read_header(file, {}).components == (alpha ? 4 : 3));
      CHECK(read_header(file, {}).lossless);
      const rect part{3, 5, p.shape.height - 4, p.shape.width - 9};
      CHECK(differing(part_of(file, part), p, part) == 0);
    }
}

TEST_CASE("a WebP with an EXIF orientation is shown upright", "[augment][webp]") {
  const int h = 48, w = 64;
  for (const bool lossless : {false, true})
    for (int orientation = 1; orientation <= 8; ++orientation) {
      const bytes plain = webp(photograph(h, w, 3, 8), {.lossless = lossless});
      const bytes file = webp_extended(plain, 0x08, webp_exif(orientation, orientation % 2 == 0));
      const pixels stored = webp_decode(plain);
      const picture_header header = read_header(file, {});
      REQUIRE(!header.bad);
      CHECK(header.orientation == orientation);
      const bool turned = orientation >= 5;
      const int height = turned ? w : h, width = turned ? h : w;
      // What a viewer shows at (y, x), by where it is stored (CIPA DC-008, tag 274).
      pixels upright({height, width, 3});
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
          int row = turned ? x : y, column = turned ? y : x;
          if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) row = h - 1 - row;
          if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) column = w - 1 - column;
          for (int c = 0; c < 3; ++c) upright.at(y, x, c) = stored.at(row, column, c);
        }
      INFO("orientation " << orientation << (lossless ? ", lossless" : ", lossy"));
      for (const rect part : {rect{0, 0, height, width}, rect{5, 9, 20, 30}, rect{height - 7, width - 3, 7, 3}})
        CHECK(differing(part_of(file, part), upright, part) == 0);
      CHECK(read_header(file, {.exif_orientation = false}).orientation == 1);
    }
}

TEST_CASE("the chunks around a WebP's picture do not matter", "[augment][webp]") {
  const pixels p = photograph(30, 41, 3, 6);
  for (const webp_style& style : {webp_style{}, {.lossless = true}}) {
    const bytes plain = webp(p, style);
    const pixels all = webp_decode(plain);
    bytes more = webp_chunk("EXIF", {'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42});
    for (const auto& chunk : {webp_chunk("XMP ", bytes(77, 'x')), webp_chunk("Abcd", {})})
      more.insert(more.end(), chunk.begin(), chunk.end());
    bytes file = webp_extended(plain, 0x0C, more);
    file.insert(file.end(), 100, 0xAB);  // behind the end that the file gives itself
    CHECK(differing(part_of(file, {0, 0, 30, 41}), all, {0, 0, 30, 41}) == 0);
  }
}

TEST_CASE("groups of prefix codes are counted before libwebp makes their tables", "[augment][webp]") {
  const bytes file = webp(patches(200, 300), {.lossless = true, .quality = 100});
  const auto needs = read_vp8l({file.data() + 20, file.size() - 20}, 300, 200);
  REQUIRE(!needs.bad);
  CHECK(needs.code_groups > 1);
  CHECK(needs.code_groups < 100);
  // 1024x1024 pixels in tiles of 4x4, and every tile says that it uses the last of 65536 groups.
  bytes bits;
  std::size_t at = 0;
  const auto put = [&](std::uint32_t value, int count) {
    for (int i = 0; i < count; ++i, ++at) {
      if (at % 8 == 0) bits.push_back(0);
      bits.back() = std::uint8_t(bits.back() | (value >> i & 1) << at % 8);
    }
  };
  put(0x2F, 8), put(1023, 14), put(1023, 14), put(0, 4);
  put(0, 1), put(0, 1), put(1, 1), put(0, 3);  // no transform, no cache, groups by tiles of 4x4
  put(0, 1);                                   // of that image: no cache
  for (const std::uint32_t symbol : {255, 255, 0, 0, 0})
    put(0b101, 3), put(symbol, 8);  // codes of one symbol: green, red, blue, alpha, distance
  put(0, 32);
  const recipe r({center_crop(8)});
  const bytes crafted = webp_file(webp_chunk("VP8L", bits));
  const auto need = r.inspect({crafted});
  CHECK(!need.bad);
  CHECK(need.scratch_bytes > std::size_t{700} << 20);
  scratch memory;
  memory.allow(std::size_t{64} << 20);
  std::vector<float> row(r.shape().bytes());
  CHECK(r.run({crafted}, {}, row.data(), memory).reason == fault::too_large);
}

TEST_CASE("scratch of a WebP stays within what inspect announced, and is not grown again", "[augment][webp]") {
  std::mt19937 random(3);
  for (int i = 0; i < 48; ++i) {
    const auto& s = styles[std::size_t(i) % std::size(styles)];
    const int most = i % 10 == 0 ? 300 : 90;
    const int height = 1 + int(random() % unsigned(most)), width = 1 + int(random() % unsigned(most));
    const bytes file = webp_extended(webp(photograph(height, width, 3, 1), s.style), s.style.alpha ? 0x18 : 0x08,
                                     webp_exif(1 + int(random() % 8)));
    const recipe r({random_resized_crop(64), random_horizontal_flip()});
    const auto need = r.inspect({file});
    INFO(s.name << " " << height << "x" << width << " " << need.bad.detail);
    REQUIRE(!need.bad);
    scratch memory;
    std::vector<float> row(r.shape().bytes());
    for (std::uint64_t offset = 0; offset < 3; ++offset) {
      const auto bad = r.run({file}, {.offset = offset}, row.data(), memory);
      REQUIRE(!bad);
      REQUIRE(memory.bytes() <= need.scratch_bytes);
    }
  }
}
