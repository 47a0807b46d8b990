#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <random>
#include <string>

#include "../catch.hpp"
#include "further_encoded.hpp"
#include "reference.hpp"

using namespace troupe;

namespace {

constexpr std::size_t guard = std::size_t{32} << 20;

fault verdict(const bytes& file, const decode_options& options, std::uint64_t offset = 0, std::string* said = nullptr) {
  static thread_local scratch memory;
  memory.allow(guard);
  const recipe r({random_resized_crop(16)}, options);
  std::vector<float> row(r.shape().bytes());
  const auto bad = r.run({bytes(file)}, {.offset = offset}, row.data(), memory);
  REQUIRE(memory.bytes() <= guard);
  if (bad) REQUIRE(!bad.detail.empty());
  if (said) *said = bad.detail;
  return bad.reason;
}

struct sample {
  const char* name;
  bytes file;
};

/// Small files of every kind.
std::vector<sample> samples() {
  const pixels p = photograph(11, 13, 3, 1), grey = photograph(11, 13, 1, 1), four = photograph(11, 13, 4, 1);
  return {
      {"GIF", gif(grey, {.colours = 16, .transparent = 3})},
      {"GIF, interlaced, two frames", gif(grey, {.colours = 4, .interlaced = true, .local = true, .frames = 2})},
      {"BMP", bmp(p)},
      {"BMP, palette", bmp(grey, {.bits = 8, .header = 12})},
      {"BMP, fields", bmp(p, {.bits = 16, .header = 56, .top_down = true, .masks = {0xF800, 0x07E0, 0x001F}})},
      {"TIFF", tiff(p)},
      {"TIFF, LZW, tiled", tiff(four, {.compression = 5, .tile = 16, .orientation = 6, .extra = 1, .predictor = 2})},
      {"TIFF, deflated, planar", tiff(p, {.bits = 16, .compression = 8, .planar = true, .big_endian = true})},
      {"TIFF, fax", tiff(grey, {.photometric = 0, .bits = 1, .compression = 4})},
      {"TIFF, palette", tiff(grey, {.photometric = 3, .bits = 4, .compression = 32773})},
      {"TIFF, YCbCr", tiff(p, {.photometric = 6, .rows_per_strip = 4, .subsampling = {2, 2}})},
      {"TIFF, JPEG", tiff(p, {.photometric = 6, .compression = 7, .rows_per_strip = 16})},
      {"TIFF by hand", tiff_by_hand(grey, true)}};
}

}  // namespace

TEST_CASE("GIF, BMP and TIFF are off by default, and the reason names the remedy", "[augment][formats]") {
  const pixels p = photograph(20, 30, 3, 1);
  const auto check = [](const bytes& file, further_formats on, const std::string& remedy) {
    std::string said;
    CHECK(verdict(file, {}, 0, &said) == fault::unsupported);
    CHECK(said.find(remedy) != std::string::npos);
    CHECK(verdict(file, {.also = on}) == fault::none);
    const further_formats others{.gif = !on.gif, .bmp = !on.bmp, .tiff = !on.tiff};
    CHECK(verdict(file, {.also = others}) == fault::unsupported);
  };
  check(gif(photograph(20, 30, 1, 1)), {.gif = true}, "--also gif");
  check(bmp(p), {.bmp = true}, "--also bmp");
  check(tiff(p), {.tiff = true}, "--also tiff");
  std::string said;
  const std::string text = "BM is how this text begins, which is no picture";
  CHECK(verdict(bytes(text.begin(), text.end()), {}, 0, &said) == fault::unsupported);
  CHECK(said.find("not JPEG") == 0);
}

TEST_CASE("limits speak before GIF, BMP and TIFF are decoded", "[augment][formats]") {
  const pixels p = photograph(20, 30, 3, 1), large = photograph(400, 300, 3, 1);
  const auto with = [](int side, std::uint64_t most) {
    decode_options o = all_formats();
    o.max_side = side;
    o.max_pixels = most;
    return o;
  };
  for (const bytes& file : {gif(photograph(20, 30, 1, 1)), bmp(p), tiff(p)}) {
    CHECK(verdict(file, with(29, 600)) == fault::too_large);
    CHECK(verdict(file, with(30, 599)) == fault::too_large);
    CHECK(verdict(file, with(30, 600)) == fault::none);
  }
  for (const bytes& file : {gif(photograph(400, 300, 1, 1)), tiff(large, {.rows_per_strip = 1000})}) {
    const recipe r({center_crop(8)}, all_formats());
    scratch memory;
    memory.allow(memory.bytes() + 300'000);
    std::vector<float> row(r.shape().bytes());
    CHECK(r.run({file}, {}, row.data(), memory).reason == fault::too_large);
    CHECK(memory.wanted() > 400 * 300 * 3);
    CHECK(memory.bytes() == scratch().bytes());
  }
}

TEST_CASE("a GIF, BMP or TIFF that was cut at any byte is refused in strict mode", "[augment][formats]") {
  for (const auto& [name, file] : samples()) {
    REQUIRE(verdict(file, all_formats()) == fault::none);
    const std::size_t magic = file[0] == 'G' ? 6 : file[0] == 'B' ? 2 : 4;
    for (std::size_t size = 0; size < file.size(); ++size) {
      const bytes cut(file.begin(), file.begin() + std::ptrdiff_t(size));
      std::string said;
      const fault f = verdict(cut, all_formats(), size, &said);
      INFO(name << ", " << size << " of " << file.size() << " bytes: " << to_string(f) << ", " << said);
      REQUIRE(f == (size == 0 ? fault::empty : size < magic ? fault::unsupported : fault::truncated));
      REQUIRE(verdict(cut, all_formats(), 0) == f);
      const fault lenient = verdict(cut, all_formats(false), size);
      REQUIRE((lenient == fault::none || lenient == f || lenient == fault::corrupt));
    }
  }
}

TEST_CASE("any byte of a GIF, BMP or TIFF may be wrong: a typed reason or a picture, never a crash",
          "[augment][formats]") {
  for (const auto& [name, file] : samples())
    for (std::size_t at = 0; at < file.size(); ++at)
      for (int flip : {0x01, 0x80, 0xFF}) {
        bytes wrong = file;
        wrong[at] = std::uint8_t(wrong[at] ^ flip);
        INFO(name << ", byte " << at << " ^ " << flip);
        for (const bool strict : {true, false}) {
          decode_options options = all_formats(strict);
          options.max_side = 256;
          REQUIRE(verdict(wrong, options, at) != fault::transform);
        }
      }
}

TEST_CASE("random bytes behind a magic number are a typed reason or a picture", "[augment][formats]") {
  std::mt19937 random(9);
  for (const auto& [name, file] : samples())
    for (int i = 0; i < 300; ++i) {
      bytes wrong = file;
      for (int k = 0; k < 8; ++k) wrong[8 + random() % (wrong.size() - 8)] = std::uint8_t(random());
      INFO(name << ", round " << i);
      decode_options options = all_formats(i % 2 == 0);
      options.max_side = 4096;
      REQUIRE(verdict(wrong, options, std::uint64_t(i)) != fault::transform);
    }
}

TEST_CASE("scratch of a GIF, BMP or TIFF stays within what inspect announced", "[augment][formats]") {
  for (const auto& [name, file] : samples()) {
    const recipe r({random_resized_crop(64), random_horizontal_flip()}, all_formats());
    const auto need = r.inspect({file});
    INFO(name << " " << need.bad.detail);
    REQUIRE(!need.bad);
    scratch memory;
    std::vector<float> row(r.shape().bytes());
    for (std::uint64_t offset = 0; offset < 5; ++offset) {
      REQUIRE(!r.run({file}, {.offset = offset}, row.data(), memory));
      REQUIRE(memory.bytes() <= need.scratch_bytes);
    }
  }
}

TEST_CASE("lenient reading delivers what a cut GIF or TIFF still has", "[augment][formats]") {
  const pixels grey = photograph(60, 50, 1, 1);
  pixels few = grey;
  for (auto& v : few.data) v = std::uint8_t(v / 4);
  const auto first_row = [](const bytes& file) {
    const recipe strict({center_crop({60, 50})}, all_formats()), lenient({center_crop({60, 50})}, all_formats(false));
    CHECK_THROWS(run(strict, {file}));
    return as_bytes(run(lenient, {file}), lenient.shape());
  };
  bytes file = gif(few, {.colours = 64, .background = 9});
  file.resize(file.size() / 2);
  const pixels shown = first_row(file);
  file = tiff_by_hand(grey, false);
  file.resize(file.size() - 25 * 50);
  const pixels tiff_shown = first_row(file);
  for (int x = 0; x < 50; ++x) {
    CHECK(shown.at(0, x, 1) == gif_colour(few.at(0, x, 0))[1]);
    CHECK(shown.at(59, x, 1) == gif_colour(9)[1]);
    CHECK(tiff_shown.at(0, x, 1) == grey.at(0, x, 0));
    CHECK(tiff_shown.at(59, x, 1) == 0);
  }
}
