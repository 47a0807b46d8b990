#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "../catch.hpp"
#include "reference.hpp"

using namespace troupe;

namespace {

fault verdict(const bytes& file, decode_options options = {}, std::uint64_t offset = 0) {
  static thread_local scratch memory;
  const recipe r({random_resized_crop(16)}, options);
  std::vector<float> row(r.shape().bytes());
  const auto bad = r.run({file}, {.offset = offset}, row.data(), memory);
  if (bad) REQUIRE(!bad.detail.empty());
  return bad.reason;
}

/// Room for bytes whose end no reader may pass: AddressSanitizer guards a heap block of the exact size.
bytes exact_copy(const bytes& b, std::size_t size) {
  bytes copy(b.begin(), b.begin() + std::ptrdiff_t(size));
  copy.shrink_to_fit();
  return copy;
}

bytes with_marker_after_start(bytes file, const bytes& marker) {
  file.insert(file.begin() + 2, marker.begin(), marker.end());
  return file;
}

}  // namespace

TEST_CASE("what is no picture is told from what is damaged", "[augment]") {
  const bytes good = jpeg(photograph(20, 30, 3, 1));
  CHECK(verdict({}) == fault::empty);
  CHECK(verdict({'G', 'I', 'F', '8', '9', 'a', 0, 0}) == fault::unsupported);
  CHECK(verdict({'R', 'I', 'F', 'F', 4, 0, 0, 0, 'W', 'A', 'V', 'E'}) == fault::unsupported);
  CHECK(verdict(bytes(100, 'x')) == fault::unsupported);
  CHECK(verdict({0xFF}) == fault::unsupported);
  CHECK(verdict({0xFF, 0xD8, 0xFF}) == fault::truncated);
  CHECK(verdict({0xFF, 0xD8, 0xFF, 0xD9}) == fault::corrupt);
  CHECK(verdict(good) == fault::none);
}

TEST_CASE("fill bytes, trailing bytes and embedded thumbnails are no damage", "[augment]") {
  bytes file = jpeg(photograph(20, 30, 3, 1));
  bytes filled = file;
  filled.insert(filled.begin() + 2, {0xFF, 0xFF, 0xFF});
  CHECK(verdict(filled) == fault::none);
  bytes trailing = file;
  trailing.insert(trailing.end(), 100, 0xAB);
  CHECK(verdict(trailing) == fault::none);
  bytes thumbnail = {0xFF, 0xE2, 0, 0};  // an application segment with a whole JPEG inside
  thumbnail.insert(thumbnail.end(), file.begin(), file.end());
  thumbnail[2] = std::uint8_t((file.size() + 2) >> 8);
  thumbnail[3] = std::uint8_t(file.size() + 2);
  bytes whole = with_marker_after_start(file, thumbnail);
  CHECK(verdict(whole) == fault::none);
  whole.resize(whole.size() - 2);
  CHECK(verdict(whole) == fault::truncated);
}

TEST_CASE("limits speak before a decoder does", "[augment]") {
  const bytes file = jpeg(photograph(20, 30, 3, 1)), many = jpeg(photograph(20, 30, 3, 1), {.progressive = true});
  CHECK(verdict(file, {.max_side = 29}) == fault::too_large);
  CHECK(verdict(file, {.max_side = 30}) == fault::none);
  CHECK(verdict(file, {.max_pixels = 599}) == fault::too_large);
  CHECK(verdict(file, {.max_pixels = 600}) == fault::none);
  const picture_header h = read_header(many, {});
  CHECK(h.multi_scan);
  REQUIRE(h.scans > 2);
  CHECK(verdict(many, {.max_scans = h.scans - 1}) == fault::too_large);
  CHECK(verdict(many, {.max_scans = h.scans}) == fault::none);
  bytes huge = png(photograph(4, 4, 3, 1));
  bytes header(huge.begin() + 16, huge.begin() + 29);
  header[0] = 0x40;
  const bytes chunk = png_chunk("IHDR", header);
  std::copy(chunk.begin(), chunk.end(), huge.begin() + 8);
  CHECK(verdict(huge) == fault::too_large);
  const recipe r({center_crop(8)}, {.max_side = 29});
  CHECK(r.inspect({file}).bad.reason == fault::too_large);
}

TEST_CASE("a file that was cut at any byte is refused in strict mode, whatever part is wanted", "[augment]") {
  for (const bytes& file : {jpeg(photograph(24, 33, 3, 1)), jpeg(photograph(24, 33, 3, 1), {.progressive = true}),
                            jpeg(photograph(24, 33, 3, 1), {.restart_rows = 1}), png(photograph(12, 13, 3, 1)),
                            png(photograph(12, 13, 3, 1), {.interlaced = true})})
    for (std::size_t size = 0; size < file.size(); ++size) {
      const bytes cut = exact_copy(file, size);
      const fault f = verdict(cut, {}, size);
      INFO(size << " of " << file.size() << " bytes: " << to_string(f));
      if (size == 0)
        REQUIRE(f == fault::empty);
      else
        REQUIRE((f == fault::truncated || (size < 8 && f == fault::unsupported)));
      REQUIRE(verdict(cut, {}, 0) == f);
      verdict(cut, {.strict = false}, size);
    }
}

TEST_CASE("any byte may be wrong: a typed reason or a picture, never a crash", "[augment]") {
  for (const bytes& file : {jpeg(photograph(24, 33, 3, 1)), jpeg(photograph(17, 9, 3, 1), {.progressive = true}),
                            jpeg(photograph(17, 9, 3, 1), {.across = 1, .down = 1, .orientation = 6}),
                            jpeg(photograph(17, 9, 3, 1), {.cmyk = true}), png(photograph(9, 7, 3, 1)),
                            png(photograph(9, 7, 1, 1), {.colour_type = 3, .bit_depth = 4, .interlaced = true})})
    for (std::size_t at = 0; at < file.size(); ++at)
      for (int flip : {0x01, 0x80, 0xFF}) {
        bytes wrong = exact_copy(file, file.size());
        wrong[at] = std::uint8_t(wrong[at] ^ flip);
        const decode_options small{.max_side = 256};
        const fault strict = verdict(wrong, small, at);
        REQUIRE(strict != fault::transform);
        decode_options lenient = small;
        lenient.strict = false;
        REQUIRE(verdict(wrong, lenient, at) != fault::transform);
      }
}

TEST_CASE("damage in the entropy-coded bytes is corrupt in strict mode and a picture in lenient", "[augment]") {
  bytes file = jpeg(photograph(64, 64, 3, 1), {.quality = 80});
  const auto middle = file.begin() + std::ptrdiff_t(file.size() * 2 / 3);
  file.erase(middle, middle + 200);  // the end marker is there, coefficients are not
  const recipe strict({resize({16, 16})}), lenient({resize({16, 16})}, {.strict = false});
  scratch memory;
  std::vector<float> row(strict.shape().bytes());
  const auto bad = strict.run({file}, {}, row.data(), memory);
  CHECK(bad.reason == fault::corrupt);
  CHECK(bad.detail.find("libjpeg") != std::string::npos);
  CHECK(!lenient.run({file}, {}, row.data(), memory));
}

TEST_CASE("lenient reading delivers what a cut picture still has", "[augment]") {
  const pixels p = photograph(60, 50, 3, 1);
  for (bytes file : {png(p), png(p, {.interlaced = true}), jpeg(p), jpeg(p, {.progressive = true})}) {
    file.resize(file.size() / 2);
    const recipe strict({center_crop(50)}), lenient({center_crop(50)}, {.strict = false});
    CHECK_THROWS(run(strict, {file}));
    const pixels got = as_bytes(run(lenient, {file}), lenient.shape());
    double mean = 0;  // of row 6, which is there: an interlaced picture brings its even rows first
    for (int x = 0; x < 50; ++x) mean += std::abs(int(got.at(1, x, 0)) - int(p.at(6, x, 0))) / 50.0;
    CHECK(mean < 30);
  }
}

TEST_CASE("a damaged file never gives the pixels of the file before it", "[augment]") {
  pixels white({64, 64, 3}), black({64, 64, 3});
  std::fill(white.data.begin(), white.data.end(), std::uint8_t(255));
  const bytes first = jpeg(white);
  bytes second = jpeg(photograph(64, 64, 3, 7), {.quality = 80});
  second.resize(second.size() / 3);
  const recipe r({resize({64, 64})}, {.strict = false});
  scratch used, fresh;
  std::vector<float> a(r.shape().bytes()), b(r.shape().bytes());
  REQUIRE(!r.run({first}, {}, a.data(), used));
  const auto bad = r.run({second}, {}, a.data(), used), alone = r.run({second}, {}, b.data(), fresh);
  CHECK(bad.reason == alone.reason);
  if (!bad) CHECK(a == b);
}

TEST_CASE("a file without tables is not decoded with those of the file before it", "[augment]") {
  const pixels p = photograph(40, 40, 3, 7);
  const bytes whole = jpeg(p, {.quality = 20}), other = jpeg(p, {.quality = 90, .optimised = true});
  for (const std::uint8_t marker : {0xDB, 0xC4}) {  // DQT, DHT
    bytes lacking(whole.begin(), whole.begin() + 2);
    for (std::size_t at = 2; at + 4 < whole.size();) {
      const bool scan = whole[at + 1] == 0xDA;
      const std::size_t end = scan ? whole.size() : at + 2 + (std::size_t(whole[at + 2]) << 8 | whole[at + 3]);
      if (whole[at + 1] != marker)
        lacking.insert(lacking.end(), whole.begin() + std::ptrdiff_t(at), whole.begin() + std::ptrdiff_t(end));
      at = end;
    }
    for (const auto decoder : {jpeg_decoder::fast, jpeg_decoder::portable}) {
      const recipe r({resize({40, 40})}, {.decoder = decoder});
      std::vector<float> a(r.shape().bytes()), b(r.shape().bytes());
      scratch used, fresh;
      REQUIRE(!r.run({other}, {}, a.data(), used));
      const auto after = r.run({lacking}, {}, a.data(), used), alone = r.run({lacking}, {}, b.data(), fresh);
      CHECK(after.reason == alone.reason);
      if (!alone) CHECK(a == b);
    }
  }
}
