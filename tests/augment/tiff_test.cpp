#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/tiff_page.hpp>
#include <troupe/augment/transforms.hpp>

#include <cmath>
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
  int channels;
  tiff_style style;
};

const kind kinds[] = {
    {"grey", 1, {.photometric = 1}},
    {"grey, white is 0", 1, {.photometric = 0, .big_endian = true}},
    {"1 bit", 1, {.photometric = 1, .bits = 1}},
    {"1 bit, white is 0, PackBits", 1, {.photometric = 0, .bits = 1, .compression = 32773}},
    {"fax of group 3", 1, {.photometric = 0, .bits = 1, .compression = 3}},
    {"fax of group 4", 1, {.photometric = 0, .bits = 1, .compression = 4}},
    {"2 bits", 1, {.photometric = 1, .bits = 2}},
    {"4 bits, LZW", 1, {.photometric = 0, .bits = 4, .compression = 5}},
    {"16 bits", 1, {.photometric = 1, .bits = 16}},
    {"16 bits, big endian, deflated", 1, {.photometric = 1, .bits = 16, .compression = 8, .big_endian = true}},
    {"palette", 1, {.photometric = 3}},
    {"palette of 16, tiled", 1, {.photometric = 3, .bits = 4, .tile = 16}},
    {"grey and alpha", 2, {.photometric = 1, .extra = 2}},
    {"grey, premultiplied", 2, {.photometric = 1, .extra = 1}},
    {"RGB", 3, {}},
    {"RGB, one strip, two pages", 3, {.rows_per_strip = 1000, .pages = 2}},
    {"RGB, LZW, predicted", 3, {.compression = 5, .predictor = 2}},
    {"RGB, deflated, tiled, big endian", 3, {.compression = 8, .big_endian = true, .tile = 16, .predictor = 2}},
    {"RGB, planar", 3, {.compression = 5, .planar = true}},
    {"RGB, planar, tiled, 16 bits", 3, {.bits = 16, .planar = true, .tile = 32}},
    {"RGB of 16 bits", 3, {.bits = 16, .big_endian = true}},
    {"RGB and alpha", 4, {.compression = 8, .extra = 2}},
    {"RGB and something", 4, {.tile = 16, .extra = 0}},
    {"RGB, premultiplied", 4, {.extra = 1}},
    {"RGB, premultiplied, planar, 16 bits", 4, {.bits = 16, .planar = true, .extra = 1}},
    {"RGB and two more", 5, {.extra = 2}},
    {"CMYK", 4, {.photometric = 5, .compression = 5}},
    {"CMYK of 16 bits, planar", 4, {.photometric = 5, .bits = 16, .planar = true}},
    {"CMYK and alpha", 5, {.photometric = 5, .extra = 2}},
};

pixels part_of(const bytes& file, const rect& part) {
  const recipe r({resized_part(part, part.height, part.width)}, all_formats());
  return as_bytes(run(r, {file}), r.shape());
}

int wanted(const pixels& p, const tiff_style& s, int y, int x, int c) {
  const auto v = [&](int i) { return int(p.at(y, x, i)); };
  const int most = s.bits < 8 ? (1 << s.bits) - 1 : 255, index = s.bits < 8 ? v(0) >> (8 - s.bits) : v(0);
  if (s.photometric == 3) return tiff_colour(index)[std::size_t(c)];
  if (s.photometric == 5) return ((255 - v(c)) * (255 - v(3)) + 127) / 255;
  const int alpha_at = s.photometric == 2 ? 3 : 1;
  const int colour = s.photometric == 2 ? v(c) : s.photometric == 0 ? 255 - index * 255 / most : index * 255 / most;
  if (s.extra != 1 || v(alpha_at) == 0) return colour;
  return std::min(255, colour * 255 / v(alpha_at));
}

bool equal(const pixels& part, const pixels& all, const rect& at) {
  for (int y = 0; y < part.shape.height; ++y)
    for (int x = 0; x < part.shape.width; ++x)
      for (int c = 0; c < 3; ++c)
        if (part.at(y, x, c) != all.at(at.top + y, at.left + x, c)) return false;
  return true;
}

}  // namespace

TEST_CASE("a TIFF of every kind becomes 8-bit RGB, whatever part is wanted", "[augment][tiff]") {
  std::mt19937 random(2);
  for (const auto& k : kinds)
    for (const auto& [height, width] : {std::pair{37, 53}, {1, 1}, {5, 70}, {64, 32}}) {
      const pixels p = photograph(height, width, k.channels, 6);
      const bytes file = tiff(p, k.style);
      INFO(k.name << " " << height << "x" << width << ": " << read_header(file, all_formats()).bad.detail);
      pixels all({height, width, 3});
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
          for (int c = 0; c < 3; ++c) all.at(y, x, c) = std::uint8_t(wanted(p, k.style, y, x, c));
      for (int i = 0; i < 12; ++i) {
        const rect part = i == 0 ? rect{0, 0, height, width} : random_part(random, height, width);
        REQUIRE(equal(part_of(file, part), all, part));
      }
    }
}

TEST_CASE("a TIFF of YCbCr is converted as JPEG converts it", "[augment][tiff]") {
  for (const auto& size : {std::array{1, 1}, {2, 1}, {2, 2}, {4, 2}, {4, 4}})
    for (const int compression : {1, 5}) {
      const int height = 29, width = 38;
      const pixels p = photograph(height, width, 3, 6);
      const bytes file =
          tiff(p, {.photometric = 6, .compression = compression, .rows_per_strip = 8, .subsampling = size});
      const pixels got = part_of(file, {0, 0, height, width});
      double most = 0;
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
          const double cb = p.at(y - y % size[1], x - x % size[0], 1) - 128.0;
          const double cr = p.at(y - y % size[1], x - x % size[0], 2) - 128.0;
          const double rgb[] = {1.402 * cr, -0.344136 * cb - 0.714136 * cr, 1.772 * cb};
          for (int c = 0; c < 3; ++c)
            most = std::max(most, std::abs(std::clamp(p.at(y, x, 0) + rgb[c], 0.0, 255.0) - got.at(y, x, c)));
        }
      INFO(size[0] << "x" << size[1]);
      CHECK(most < 0.6);
      CHECK(equal(part_of(file, {3, 5, 20, 30}), got, {3, 5, 20, 30}));
    }
}

TEST_CASE("a TIFF may hold JPEGs", "[augment][tiff]") {
  for (const auto& [photometric, channels] : {std::pair{6, 3}, {2, 3}, {1, 1}})
    for (const int tile : {0, 32}) {
      const pixels p = photograph(61, 75, channels, 3);
      const bytes file = tiff(p, {.photometric = photometric, .compression = 7, .tile = tile, .rows_per_strip = 16});
      const pixels got = part_of(file, {0, 0, 61, 75});
      double mean = 0;
      for (int y = 0; y < 61; ++y)
        for (int x = 0; x < 75; ++x)
          for (int c = 0; c < 3; ++c)
            mean += std::abs(got.at(y, x, c) - p.at(y, x, std::min(c, channels - 1))) / (61.0 * 75 * 3);
      INFO(photometric << ", tiles of " << tile);
      CHECK(mean < 8);
      CHECK(equal(part_of(file, {13, 5, 40, 30}), got, {13, 5, 40, 30}));
    }
}

TEST_CASE("the JPEGs of a TIFF may have chroma of any size", "[augment][tiff]") {
  for (const auto& size : {std::array{1, 1}, {2, 1}, {1, 2}, {2, 2}, {4, 1}, {4, 2}})
    for (const int tile : {0, 64}) {
      const pixels p = photograph(61, 75, 3, 3);
      const bytes file =
          tiff(p, {.photometric = 6, .compression = 7, .tile = tile, .rows_per_strip = 32, .subsampling = size});
      const pixels got = part_of(file, {0, 0, 61, 75});
      double mean = 0;
      for (std::size_t i = 0; i < p.data.size(); ++i)
        mean += std::abs(int(got.data[i]) - int(p.data[i])) / double(p.data.size());
      INFO(size[0] << "x" << size[1] << ", tiles of " << tile);
      CHECK(mean < 12);
    }
}

TEST_CASE("a JPEG that is larger than its strip is damage, before libtiff sees it", "[augment][tiff]") {
  const bytes file = tiff(photograph(32, 75, 3, 3), {.photometric = 2, .compression = 7, .rows_per_strip = 16});
  const recipe r({resize({8, 8})}, all_formats()), lenient({resize({8, 8})}, all_formats(false));
  REQUIRE(!r.inspect({file}).bad);
  for (std::size_t at = 8; at + 9 < file.size(); ++at) {
    if (file[at] != 0xFF || file[at + 1] != 0xC0) continue;
    bytes tall = file;
    tall[at + 5] = 0xFF;  // rows
    CHECK(r.inspect({tall}).bad.reason == fault::corrupt);
    CHECK(lenient.inspect({tall}).bad.reason == fault::corrupt);
  }
}

TEST_CASE("a TIFF with an orientation is shown upright", "[augment][tiff]") {
  const int h = 48, w = 64;
  const pixels stored = photograph(h, w, 3, 8);
  for (int orientation = 1; orientation <= 8; ++orientation)
    for (const int tile : {0, 16}) {
      const bytes file = tiff(stored, {.big_endian = orientation % 2 == 0, .tile = tile, .orientation = orientation});
      REQUIRE(read_header(file, all_formats()).orientation == orientation);
      const bool turned = orientation >= 5;
      const int height = turned ? w : h, width = turned ? h : w;
      // What a viewer shows at (y, x), by where it is stored (TIFF 6.0, tag 274).
      pixels upright({height, width, 3});
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
          int row = turned ? x : y, column = turned ? y : x;
          if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) row = h - 1 - row;
          if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) column = w - 1 - column;
          for (int c = 0; c < 3; ++c) upright.at(y, x, c) = stored.at(row, column, c);
        }
      INFO("orientation " << orientation);
      for (const rect part : {rect{0, 0, height, width}, rect{5, 9, 20, 30}, rect{height - 7, width - 3, 7, 3}})
        CHECK(equal(part_of(file, part), upright, part));
      decode_options ignoring = all_formats();
      ignoring.exif_orientation = false;
      CHECK(read_header(file, ignoring).orientation == 1);
    }
}

TEST_CASE("a TIFF whose directory comes first is read in either byte order", "[augment][tiff]") {
  const pixels p = photograph(13, 17, 1, 2);
  for (const bool big : {false, true}) {
    const pixels got = part_of(tiff_by_hand(p, big), {0, 0, 13, 17});
    for (int i = 0; i < 13 * 17; ++i) REQUIRE(got.data[std::size_t(3 * i)] == p.data[std::size_t(i)]);
  }
}

TEST_CASE("libtiff sees the tags that pixels need, however many a TIFF has", "[augment][tiff]") {
  bytes file = tiff_by_hand(photograph(13, 17, 1, 2), false);
  const bytes entries(file.begin() + 10, file.begin() + 10 + 12 * 9);
  const auto put = [&](std::size_t v, int count) {
    for (int i = 0; i < count; ++i) file.push_back(std::uint8_t(v >> 8 * i));
  };
  const std::size_t all = file.size(), directory = all + all % 2;
  file.resize(directory);
  put(9 + 3000, 2);
  file.insert(file.end(), entries.begin(), entries.end());
  for (std::size_t i = 0; i < 3000; ++i) put(40000 + i, 2), put(1, 2), put(all, 4), put(0, 4);  // each the whole file
  put(0, 4);
  for (std::size_t i = 0; i < 4; ++i) file[4 + i] = std::uint8_t(directory >> 8 * i);
  const tiff_page page = read_tiff(file, true);
  REQUIRE(!page.bad);
  CHECK(page.appendix.size() < 200);
  CHECK(part_of(file, {0, 0, 13, 17}).data ==
        part_of(tiff_by_hand(photograph(13, 17, 1, 2), false), {0, 0, 13, 17}).data);
}

TEST_CASE("kinds of TIFF that are not read say which they are", "[augment][tiff]") {
  const auto said = [](const bytes& file) {
    const auto bad = read_header(file, all_formats()).bad;
    return std::string(to_string(bad.reason)) + ": " + bad.detail;
  };
  bytes file = tiff_by_hand(photograph(13, 17, 1, 2), false);
  const auto with = [&](std::size_t entry, int value) {
    bytes other = file;
    other[10 + 12 * entry + 8] = std::uint8_t(value);
    return said(other);
  };
  CHECK(with(3, 6) == "unsupported: a TIFF of compression 6");
  CHECK(with(2, 32) == "unsupported: a TIFF of 1 x 32 bits a pixel");
  CHECK(with(4, 8) == "unsupported: a TIFF of colours 8");
  CHECK(with(4, 3) == "corrupt: no palette for its colours");
  CHECK(with(4, 2) == "corrupt: fewer samples than colours");
  CHECK(with(0, 0) == "corrupt: no size of the picture");
  file[2] = 43;
  CHECK(said(file) == "unsupported: a BigTIFF; only TIFF of 32 bits is read");
}
