#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "../catch.hpp"
#include "reference.hpp"
#include "webp_encoded.hpp"

using namespace troupe;

namespace {

fault verdict(const bytes& file, decode_options options = {}, std::uint64_t offset = 0, std::string* said = nullptr) {
  static thread_local scratch memory;
  const recipe r({random_resized_crop(16)}, options);
  std::vector<float> row(r.shape().bytes());
  const auto bad = r.run({bytes(file)}, {.offset = offset}, row.data(), memory);
  if (bad) REQUIRE(!bad.detail.empty());
  if (said) *said = bad.detail;
  return bad.reason;
}

/// Small files of every kind of bitstream.
std::vector<bytes> samples() {
  const pixels p = photograph(19, 23, 3, 1);
  return {webp(p),
          webp(p, {.quality = 20, .alpha = true, .partitions = 1}),
          webp(p, {.lossless = true}),
          webp(p, {.lossless = true, .colours = 9}),
          webp_extended(webp(photograph(9, 12, 3, 1), {.quality = 40}), 0x08, webp_exif(6)),
          webp_extended(webp(photograph(9, 12, 3, 1), {.lossless = true}), 0x08, webp_exif(3))};
}

void set32(bytes& file, std::size_t at, std::uint32_t v) {
  for (std::size_t i = 0; i < 4; ++i) file[at + i] = std::uint8_t(v >> 8 * i);
}

}  // namespace

TEST_CASE("what is wrong with a WebP has its word", "[augment][webp]") {
  const bytes good = webp(photograph(20, 30, 3, 1)), lossless = webp(photograph(20, 30, 3, 1), {.lossless = true});
  CHECK(verdict(good) == fault::none);
  CHECK(verdict(lossless) == fault::none);
  CHECK(verdict(webp_file({})) == fault::corrupt);
  CHECK(verdict(webp_file(webp_chunk("XMP ", {1, 2, 3}))) == fault::corrupt);
  CHECK(verdict(webp_file(webp_chunk("VP8 ", {1, 2, 3}))) == fault::corrupt);
  CHECK(verdict(webp_file(webp_chunk("VP8L", {0x2F, 0, 0, 0, 0}))) == fault::truncated);
  CHECK(verdict({'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'E', 'B', 'P'}) == fault::corrupt);
  bytes longer = good;
  set32(longer, 4, std::uint32_t(good.size()));
  CHECK(verdict(longer) == fault::truncated);
  CHECK(verdict(longer, {.strict = false}) == fault::none);
  bytes outside = good;
  set32(outside, 16, std::uint32_t(good.size()));
  CHECK(verdict(outside) == fault::corrupt);
  bytes two;
  for (int i = 0; i < 2; ++i)
    for (std::size_t at = 12; at < good.size(); ++at) two.push_back(good[at]);
  CHECK(verdict(webp_file(two)) == fault::corrupt);
  bytes other_size = webp_extended(good, 0);
  ++other_size[24];
  CHECK(verdict(other_size) == fault::corrupt);
}

TEST_CASE("an animated WebP is unsupported, and the reason says so", "[augment][webp]") {
  const bytes still = webp(photograph(20, 30, 3, 1));
  std::string said;
  CHECK(verdict(webp_extended(still, 0x02), {}, 0, &said) == fault::unsupported);
  CHECK(said.find("animation") != std::string::npos);
  bytes frame(16 + still.size() - 12, 0);
  std::copy(still.begin() + 12, still.end(), frame.begin() + 16);
  for (const bytes& chunk : {webp_chunk("ANIM", bytes(6, 0)), webp_chunk("ANMF", frame)})
    CHECK(verdict(webp_file(chunk)) == fault::unsupported);
}

TEST_CASE("limits speak before libwebp does", "[augment][webp]") {
  for (const bool lossless : {false, true}) {
    const bytes file = webp(photograph(20, 30, 3, 1), {.lossless = lossless});
    CHECK(verdict(file, {.max_side = 29}) == fault::too_large);
    CHECK(verdict(file, {.max_side = 30}) == fault::none);
    CHECK(verdict(file, {.max_pixels = 599}) == fault::too_large);
    CHECK(verdict(file, {.max_pixels = 600}) == fault::none);
    const recipe r({center_crop(8)});
    scratch memory;
    memory.allow(memory.bytes() + 100'000);
    std::vector<float> row(r.shape().bytes());
    CHECK(r.run({webp(photograph(200, 300, 3, 1), {.lossless = lossless})}, {}, row.data(), memory).reason ==
          fault::too_large);
    CHECK(memory.wanted() > 200 * 300 * 3);
    CHECK(memory.bytes() == scratch().bytes());
  }
}

TEST_CASE("a WebP that was cut at any byte is refused in strict mode, whatever part is wanted", "[augment][webp]") {
  for (const bytes& file : samples())
    for (std::size_t size = 0; size < file.size(); ++size) {
      const bytes cut(file.begin(), file.begin() + std::ptrdiff_t(size));
      const fault f = verdict(cut, {}, size);
      INFO(size << " of " << file.size() << " bytes: " << to_string(f));
      if (size == 0)
        REQUIRE(f == fault::empty);
      else
        REQUIRE(f == (size < 12 ? fault::unsupported : fault::truncated));
      REQUIRE(verdict(cut, {}, 0) == f);
      verdict(cut, {.strict = false}, size);
    }
}

TEST_CASE("any byte of a WebP may be wrong: a typed reason or a picture, never a crash", "[augment][webp]") {
  for (const bytes& file : samples())
    for (std::size_t at = 0; at < file.size(); ++at)
      for (int flip : {0x01, 0x80, 0xFF}) {
        bytes wrong = file;
        wrong[at] = std::uint8_t(wrong[at] ^ flip);
        const decode_options small{.max_side = 256};
        INFO("byte " << at << " ^ " << flip << " of " << file.size() << ": " << read_header(wrong, {}).bad.detail);
        REQUIRE(verdict(wrong, small, at) != fault::transform);
        decode_options lenient = small;
        lenient.strict = false;
        REQUIRE(verdict(wrong, lenient, at) != fault::transform);
        // Reading ahead in a lossless bitstream finds damage only where libwebp does.
        if (read_header(wrong, small).bad.detail.find("VP8L bitstream") != std::string::npos)
          REQUIRE(webp_decode(wrong).shape.width == 0);
      }
}

TEST_CASE("lenient reading delivers what a cut WebP still has", "[augment][webp]") {
  const pixels p = photograph(160, 50, 3, 1);
  for (bytes file : {webp(p), webp(p, {.lossless = true})}) {
    file.resize(file.size() * 3 / 4);
    const recipe strict({center_crop({160, 50})}), lenient({center_crop({160, 50})}, {.strict = false});
    CHECK_THROWS(run(strict, {file}));
    const pixels got = as_bytes(run(lenient, {file}), lenient.shape());
    double mean = 0;
    for (int x = 0; x < 50; ++x) mean += std::abs(int(got.at(6, x, 0)) - int(p.at(6, x, 0))) / 50.0;
    CHECK(mean < 30);
    CHECK(std::count(got.data.end() - 150, got.data.end(), 0) == 150);
  }
}
