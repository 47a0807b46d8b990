#include <troupe/augment/jpeg_reader.hpp>
#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <tuple>

#include "../catch.hpp"
#include "decoders.hpp"
#include "reference.hpp"

using namespace troupe;

namespace {

struct named_style {
  const char* name;
  jpeg_style style;
  int channels = 3;
};

const named_style styles[] = {
    {"4:2:0", {}},
    {"4:4:4", {.across = 1, .down = 1}},
    {"4:2:2", {.across = 2, .down = 1}},
    {"4:4:0", {.across = 1, .down = 2}},
    {"4:1:1", {.across = 4, .down = 1}},
    {"4:1:0", {.across = 4, .down = 2}},
    {"2x4", {.across = 2, .down = 4}},
    {"4:2:0 progressive", {.progressive = true}},
    {"4:4:4 progressive", {.across = 1, .down = 1, .progressive = true}},
    {"4:2:0 restarts", {.restart_rows = 1}},
    {"4:2:0 optimised, quality 30", {.quality = 30, .optimised = true}},
    {"quality 100", {.quality = 100}},
    {"grey", {.across = 1, .down = 1}, 1},
    {"grey progressive", {.across = 1, .down = 1, .progressive = true}, 1},
};

/// The part of a file by the recipe, as bytes: cropped, not resampled.
pixels part_of(const bytes& file, const rect& part, jpeg_decoder decoder = jpeg_decoder::fast) {
  const recipe r({resized_part(part, part.height, part.width)}, {.decoder = decoder});
  return as_bytes(run(r, {file}), r.shape());
}

int largest_difference(const pixels& part, const pixels& all, const rect& at) {
  int most = 0;
  for (int y = 0; y < at.height; ++y)
    for (int x = 0; x < at.width; ++x)
      for (int c = 0; c < 3; ++c)
        most = std::max(most, std::abs(int(part.at(y, x, c)) - int(all.at(at.top + y, at.left + x, c))));
  return most;
}

}  // namespace

TEST_CASE("a decoded part has the pixels of a full decode", "[augment]") {
  std::mt19937 random(1);
  for (const auto& s : styles)
    for (const auto& [height, width] : {std::pair{97, 131}, {64, 48}, {17, 200}, {5, 3}, {1, 1}, {150, 16}}) {
      const bytes file = jpeg(photograph(height, width, s.channels, 2), s.style);
      const pixels all = full_decode(file);
      for (int i = 0; i < 25; ++i) {
        const rect part = random_part(random, height, width);
        INFO(s.name << " " << height << "x" << width << ": " << part.top << " " << part.left << " " << part.height
                    << " " << part.width);
        for (const auto decoder : {jpeg_decoder::fast, jpeg_decoder::portable})
          REQUIRE(largest_difference(part_of(file, part, decoder), all, part) == 0);
      }
    }
}

TEST_CASE("CMYK becomes RGB as ink on black", "[augment]") {
  const pixels p = photograph(40, 60, 3, 3);
  const pixels got = part_of(jpeg(p, {.quality = 98, .across = 1, .down = 1, .cmyk = true}), {0, 0, 40, 60});
  double mean = 0;
  for (std::size_t i = 0; i < p.data.size(); ++i)
    mean += std::abs(int(p.data[i]) - int(got.data[i])) / double(p.data.size());
  CHECK(mean < 2);
}

TEST_CASE("all eight orientations show the picture upright", "[augment]") {
  // What a viewer shows at (y, x), by where it is stored (CIPA DC-008, tag 274).
  const int h = 48, w = 64;
  for (int orientation = 1; orientation <= 8; ++orientation)
    for (bool big_endian : {false, true})
      for (bool as_png : {false, true}) {
        const pixels p = photograph(h, w, 3, 8);
        bytes file = jpeg(p, {.across = 1, .down = 1, .orientation = orientation, .big_endian = big_endian});
        const pixels stored = as_png ? p : full_decode(file);
        if (as_png) {
          file = png(p);
          bytes tiff = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, std::uint8_t(orientation),
                        0,   0,   0,  0, 0, 0, 0};
          const bytes chunk = png_chunk("eXIf", tiff);
          file.insert(file.begin() + 33, chunk.begin(), chunk.end());
        }
        const bool turned = orientation >= 5;
        const int height = turned ? w : h, width = turned ? h : w;
        const auto shown = [&](int y, int x, int c) {
          switch (orientation) {
            case 2: return stored.at(y, w - 1 - x, c);
            case 3: return stored.at(h - 1 - y, w - 1 - x, c);
            case 4: return stored.at(h - 1 - y, x, c);
            case 5: return stored.at(x, y, c);
            case 6: return stored.at(h - 1 - x, y, c);
            case 7: return stored.at(h - 1 - x, w - 1 - y, c);
            case 8: return stored.at(x, w - 1 - y, c);
            default: return stored.at(y, x, c);
          }
        };
        for (const rect part : {rect{0, 0, height, width}, rect{5, 9, 20, 30}, rect{height - 7, width - 3, 7, 3}}) {
          const pixels got = part_of(file, part);
          int most = 0;
          for (int y = 0; y < part.height; ++y)
            for (int x = 0; x < part.width; ++x)
              for (int c = 0; c < 3; ++c)
                most = std::max(most, std::abs(int(got.at(y, x, c)) - int(shown(part.top + y, part.left + x, c))));
          INFO("orientation " << orientation << (as_png ? " PNG" : " JPEG"));
          CHECK(most == 0);
        }
        if (!as_png) {  // the first of several counts
          const bytes second = {0xFF, 0xE1, 0, 14, 'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 8, 0};
          bytes twice = file;
          twice.insert(twice.begin() + 2 + 18 + 36, second.begin(),
                       second.end());  // behind JFIF's segment and the first
          CHECK(run(recipe({center_crop(40)}), {twice}) == run(recipe({center_crop(40)}), {file}));
        }
        const recipe ignoring({center_crop(40)}, {.exif_orientation = false});
        const recipe plain({center_crop(40)});
        if (orientation == 1) CHECK(run(ignoring, {file}) == run(plain, {file}));
      }
}

TEST_CASE("PNG of every kind becomes 8-bit RGB", "[augment]") {
  for (const auto& [type, depth] : {std::pair{0, 1},
                                    {0, 2},
                                    {0, 4},
                                    {0, 8},
                                    {0, 16},
                                    {2, 8},
                                    {2, 16},
                                    {3, 1},
                                    {3, 2},
                                    {3, 4},
                                    {3, 8},
                                    {4, 8},
                                    {4, 16},
                                    {6, 8},
                                    {6, 16}})
    for (bool interlaced : {false, true}) {
      const bool grey = type == 0 || type == 4;
      const pixels p = photograph(30, 41, grey || type == 3 ? 1 : 3, 6);
      const bytes file = png(p, {type, depth, interlaced});
      INFO("type " << type << ", " << depth << " bits" << (interlaced ? ", interlaced" : ""));
      for (const rect part : {rect{0, 0, 30, 41}, rect{11, 13, 9, 20}}) {
        const pixels got = part_of(file, part);
        int most = 0;
        for (int y = 0; y < part.height; ++y)
          for (int x = 0; x < part.width; ++x)
            for (int c = 0; c < 3; ++c) {
              int want = p.at(part.top + y, part.left + x, std::min(c, p.shape.channels - 1));
              if (type == 3) {
                const int colour = depth == 8 ? want / 4 : want >> (8 - depth);
                want = (colour >> (2 * c) & 3) * 85;
              } else if (depth < 8) {
                want = (want >> (8 - depth)) * 255 / ((1 << depth) - 1);
              }
              most = std::max(most, std::abs(want - int(got.at(y, x, c))));
            }
        CHECK(most == 0);
      }
    }
}

TEST_CASE("scaled decoding stays within the bounds of resampling a full decode", "[augment]") {
  for (int orientation = 1; orientation <= 8; ++orientation)
    for (const auto& [height, width, to] : {std::tuple{500, 731, 50}, {333, 501, 17}, {601, 430, 12}}) {
      const jpeg_style style{.progressive = orientation == 4, .orientation = orientation};
      const bytes file = jpeg(photograph(height, width, 3, unsigned(orientation)), style);
      const recipe small({resize({to, to}), random_horizontal_flip()});
      const auto got = run(small, {file}, {.offset = 3});
      // the same picture, upright and decoded in full, as raw pixels
      const bool turned = orientation >= 5;
      const recipe upright({resized_part({0, 0, turned ? width : height, turned ? height : width},
                                         turned ? width : height, turned ? height : width)});
      const pixels all = as_bytes(run(upright, {file}), upright.shape());
      const recipe full({resize({to, to}), random_horizontal_flip()}, {}, all.shape);
      const auto want = run(full, raw(all), {.offset = 3});
      double mean = 0, most = 0;
      for (std::size_t i = 0; i < got.size(); ++i) {
        const double error = 255 * std::abs(double(got[i]) - double(want[i]));
        mean += error / double(got.size());
        most = std::max(most, error);
      }
      INFO("orientation " << orientation << ", " << height << "x" << width << " to " << to);
      CHECK(mean <= 0.5);
      CHECK(most <= 8);
    }
}

TEST_CASE("scaled decoding of chroma of any size stays within the same bounds, in a part as well", "[augment]") {
  std::mt19937 random(8);
  for (const auto& [across, down] : {std::pair{1, 1}, {2, 2}, {2, 1}, {1, 2}, {4, 1}, {1, 4}, {4, 2}, {2, 4}, {3, 1}}) {
    const bytes file = jpeg(photograph(733, 901, 3, unsigned(across + down)), {.across = across, .down = down});
    for (int i = 0; i < 12; ++i) {
      const int height = 200 + int(random() % 533), width = 200 + int(random() % 701), to = 20 + int(random() % 40);
      const rect part{int(random() % unsigned(734 - height)), int(random() % unsigned(902 - width)), height, width};
      const recipe scaled({resized_part(part, to, to)});
      const recipe in_full({resized_part(part, to, to)}, {.scaled = false});
      const auto got = run(scaled, {file}), want = run(in_full, {file});
      CHECK(got == run(scaled, {file}));
      double mean = 0, most = 0;
      for (std::size_t n = 0; n < got.size(); ++n) {
        const double error = 255 * std::abs(double(got[n]) - double(want[n]));
        mean += error / double(got.size());
        most = std::max(most, error);
      }
      INFO(across << "x" << down << ", " << height << "x" << width << " to " << to);
      CHECK(mean <= 0.5);
      CHECK(most <= 8);
    }
  }
}

TEST_CASE("a part of a smaller decode has the pixels of the whole one", "[augment]") {
  std::mt19937 random(6);
  for (const auto& s : styles) {
    const bytes file = jpeg(photograph(203, 310, s.channels, 2), s.style);
    for (int shrink : {2, 4, 8}) {
      const pixels all = full_decode(file, shrink);
      for (int i = 0; i < 25; ++i) {
        const rect part = random_part(random, all.shape.height, all.shape.width);
        arena memory;
        jpeg_reader reader;
        REQUIRE(!reader.open(file, part, shrink, memory));
        pixels got({part.height, part.width, 3});
        for (int y = 0; y < part.height; ++y) {
          const pixel_row row = reader.next();
          REQUIRE(row);
          std::copy_n(row.plane[0], 3 * part.width, &got.at(y, 0, 0));
        }
        REQUIRE(!reader.close(true));
        INFO(s.name << " / " << shrink << ": " << part.top << " " << part.left << " " << part.height << " "
                    << part.width);
        REQUIRE(largest_difference(got, all, part) == 0);
      }
    }
  }
}

TEST_CASE("scratch stays within what inspect announced, and is not grown again", "[augment]") {
  std::mt19937 random(3);
  for (int i = 0; i < 90; ++i) {
    const int most = i % 15 == 0 ? 1500 : 350;
    const int height = 1 + int(random() % unsigned(most)), width = 1 + int(random() % unsigned(most));
    const auto& s = styles[random() % std::size(styles)];
    bytes file;
    if (i % 4 == 0) {
      file = png(photograph(height, width, 3, 1), {.interlaced = i % 8 == 0});
    } else {
      jpeg_style style = s.style;
      style.orientation = int(random() % 9);
      file = jpeg(photograph(height, width, s.channels, 1), style);
    }
    transform darken("darken", [](image& pixels, generator&) { pixels.row(0)[0] = 0; });
    const std::vector<std::vector<transform>> lists = {
        {random_resized_crop(224), random_horizontal_flip(), normalize("imagenet")},
        {resize(256), center_crop(224)},
        {random_resized_crop(64), darken, random_resized_crop(32), random_vertical_flip()},
        {center_crop(900), darken, resize({20, 300})},
        {random_affine(20), pad({3, 5}), troupe::jpeg(), gaussian_blur(9), resize({50, 60}), elastic_transform()},
        {resize({90, 70}), random_rotation(20), random_perspective(), random_erasing(), cutout(9), gaussian_noise()},
    };
    const recipe r(lists[random() % lists.size()]);
    const auto need = r.inspect({file});
    REQUIRE(!need.bad);
    scratch memory;
    std::vector<float> row(r.shape().bytes());
    for (std::uint64_t offset = 0; offset < 3; ++offset) {
      const auto bad = r.run({file}, {.offset = offset}, row.data(), memory);
      INFO(s.name << " " << height << "x" << width << " " << bad.detail);
      REQUIRE(!bad);
      REQUIRE(memory.bytes() <= need.scratch_bytes);
    }
  }
}

TEST_CASE("a part of one column has the pixels of a full decode", "[augment]") {
  for (const auto& s : styles) {
    const bytes file = jpeg(photograph(40, 37, s.channels, 4), s.style);
    const pixels all = full_decode(file);
    for (int left = 0; left < 37; ++left) {
      const rect part{3, left, 20, 1};
      INFO(s.name << ", column " << left);
      for (const auto decoder : {jpeg_decoder::fast, jpeg_decoder::portable})
        REQUIRE(largest_difference(part_of(file, part, decoder), all, part) == 0);
    }
  }
}
