#include <troupe/augment/baseline_frame.hpp>
#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <tuple>

#include "../catch.hpp"
#include "decoders.hpp"
#include "further_encoded.hpp"
#include "reference.hpp"
#include "webp_encoded.hpp"

using namespace troupe;

namespace {

struct outcome_of_run {
  failure bad;
  std::vector<float> row;
  std::vector<scan_mark> marks;
};

outcome_of_run run_with(const recipe& r, const picture& p, const sample_key& key = {}) {
  scratch memory;
  outcome_of_run o{.bad = {}, .row = std::vector<float>(r.shape().bytes()), .marks = {}};
  o.bad = r.run(p, key, o.row.data(), memory);
  o.marks.assign(memory.marks().begin(), memory.marks().end());
  return o;
}

recipe part_of(const rect& part) { return recipe({resized_part(part, part.height, part.width)}); }

}  // namespace

TEST_CASE("a JPEG that was decoded before gives the same pixels from the marks of its rows", "[augment][fast]") {
  std::mt19937 random(1);
  for (const auto& [across, down, channels] :
       {std::tuple{2, 2, 3}, std::tuple{2, 1, 3}, std::tuple{1, 1, 3}, std::tuple{1, 2, 3}, std::tuple{1, 1, 1}})
    for (int i = 0; i < 60; ++i) {
      const int height = 1 + int(random() % 400), width = 1 + int(random() % 500);
      const bytes file = jpeg(photograph(height, width, channels, random()),
                              {.quality = 1 + int(random() % 100),
                               .across = across,
                               .down = down,
                               .optimised = i % 2 == 0,
                               .restart_rows = i % 3 == 0 ? 1 + int(random() % 3) : 0,
                               .restart_mcus = i % 3 == 1 ? 1 + int(random() % 40) : 0});
      const auto first = run_with(part_of(random_part(random, height, width)), {file});
      REQUIRE(!first.bad);
      for (int k = 0; k < 4; ++k) {
        const rect part = random_part(random, height, width);
        const recipe r = part_of(part);
        const auto plain = run_with(r, {file}), again = run_with(r, {.bytes = file, .marks = first.marks});
        INFO(height << "x" << width << ", part " << part.top << " " << part.left << " " << part.height << " "
                    << part.width);
        REQUIRE(!again.bad);
        REQUIRE(again.row == plain.row);
        REQUIRE(again.marks.size() == plain.marks.size());
        for (std::size_t m = 0; m < plain.marks.size(); ++m) {
          REQUIRE(again.marks[m].byte == plain.marks[m].byte);
          REQUIRE(again.marks[m].bit == plain.marks[m].bit);
          REQUIRE(again.marks[m].dc == plain.marks[m].dc);
        }
      }
    }
}

TEST_CASE("what lies above the wanted rows is not decoded once more", "[augment][fast]") {
  const bytes whole = jpeg(photograph(240, 320, 3, 5));
  const rect below{160, 40, 64, 64};
  const recipe r = part_of(below);
  const auto first = run_with(r, {whole});
  REQUIRE(first.marks.size() >= 9);
  bytes damaged = whole;
  const auto scan = std::size_t(read_baseline(whole)->scan.data() - whole.data());
  std::fill_n(damaged.begin() + std::ptrdiff_t(scan), first.marks[4].byte, std::uint8_t{0x55});
  CHECK(run_with(r, {damaged}).bad);
  const auto again = run_with(r, {.bytes = damaged, .marks = first.marks});
  CHECK(!again.bad);
  CHECK(again.row == first.row);
}

TEST_CASE("marks that are not those of the file do no harm beyond its own picture", "[augment][fast]") {
  std::mt19937 random(3);
  const bytes file = jpeg(photograph(200, 300, 3, 5), {.restart_rows = 2});
  for (int i = 0; i < 2000; ++i) {
    std::vector<scan_mark> marks(random() % 14);
    for (auto& m : marks) {
      m.byte = std::uint32_t(random() % 3 == 0 ? random() : random() % file.size());
      m.bit = std::uint16_t(random() % 9);
      for (auto& dc : m.dc) dc = std::int16_t(random());
    }
    const recipe r = part_of(random_part(random, 200, 300));
    bytes exact(file.begin(), file.end());
    exact.shrink_to_fit();
    REQUIRE(!run_with(r, {.bytes = exact, .marks = marks}).bad);  // libjpeg has the last word on a sound file
  }
}

TEST_CASE("a row made of pixels that were kept is the row made of the file", "[augment]") {
  std::vector<bytes> files;
  for (int orientation = 0; orientation <= 8; ++orientation)
    files.push_back(jpeg(photograph(190 + orientation, 261, 3, 2), {.orientation = orientation}));
  files.push_back(jpeg(photograph(701, 933, 3, 2)));
  files.push_back(jpeg(photograph(64, 91, 1, 2), {.across = 1, .down = 1}));
  files.push_back(jpeg(photograph(99, 91, 3, 2), {.progressive = true}));
  files.push_back(jpeg(photograph(99, 91, 3, 2), {.cmyk = true}));
  files.push_back(png(photograph(77, 120, 3, 2)));
  files.push_back(png(photograph(77, 120, 3, 2), {.interlaced = true}));
  files.push_back(webp(photograph(77, 121, 3, 2)));
  pixels indices = photograph(50, 61, 1, 2);
  files.push_back(gif(indices));
  files.push_back(bmp(photograph(50, 61, 3, 2)));
  files.push_back(tiff(photograph(50, 61, 3, 2), {.orientation = 7}));
  auto options = all_formats();
  options.scaled = false;
  const recipe r({random_resized_crop(32), random_horizontal_flip(), normalize("imagenet")}, options);
  for (std::size_t f = 0; f < files.size(); ++f) {
    scratch memory;
    const auto need = r.inspect({files[f]});
    REQUIRE(!need.bad);
    pixels kept(need.shape);
    REQUIRE(!r.decode({files[f]}, kept.data.data(), memory));
    CHECK(memory.bytes() <= need.scratch_bytes);
    for (std::uint64_t offset = 0; offset < 40; ++offset) {
      INFO("file " << f << ", offset " << offset);
      REQUIRE(run_with(r, raw(kept), {.offset = offset}).row == run_with(r, {files[f]}, {.offset = offset}).row);
    }
  }
}

TEST_CASE("raw pixels ask for scratch within what is allowed, too", "[augment]") {
  const pixels p = photograph(300, 400, 3, 1);
  const recipe r({resize({3000, 4000}), transform("look", [](image&, generator&) {}), resize({30, 40})});
  scratch memory;
  memory.allow(std::size_t{1} << 20);
  std::vector<float> row(r.shape().bytes());
  CHECK(r.run(raw(p), {}, row.data(), memory).reason == fault::too_large);
  REQUIRE(memory.wanted() == r.inspect(raw(p)).scratch_bytes);
  memory.allow(memory.wanted());
  CHECK(!r.run(raw(p), {}, row.data(), memory));
}

TEST_CASE("lenient reading says what it delivered although it is damaged", "[augment]") {
  const pixels p = photograph(60, 50, 3, 1);
  scratch memory;
  for (const bytes& file : {png(p), png(p, {.interlaced = true}), jpeg(p), jpeg(p, {.progressive = true}), webp(p)}) {
    const recipe strict({resize({20, 20})}), lenient({resize({20, 20})}, {.strict = false});
    std::vector<float> row(strict.shape().bytes());
    REQUIRE(!lenient.run({file}, {}, row.data(), memory));
    CHECK(!memory.damaged());
    bytes cut(file.begin(), file.begin() + std::ptrdiff_t(file.size() * 3 / 4));
    CHECK(strict.run({cut}, {}, row.data(), memory));
    if (sniff(file) != picture_format::webp) {  // of which three quarters may show nothing
      REQUIRE(!lenient.run({cut}, {}, row.data(), memory));
      CHECK(memory.damaged());
    }
    REQUIRE(!lenient.run({file}, {}, row.data(), memory));
    CHECK(!memory.damaged());
  }
}
