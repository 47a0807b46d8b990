#include <troupe/augment/transforms.hpp>

#include <algorithm>

#include "../catch.hpp"
#include "along.hpp"

using namespace troupe;

namespace {

/// Class ids 0 … 63 in blocks, four times as large as the numbers that a palette stores for them.
pixels ids_by_four(int height, int width) {
  pixels p({height, width, 1});
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) p.at(y, x, 0) = std::uint8_t(4 * ((x / 5 + 7 * (y / 4)) % 64));
  return p;
}

pixels over(pixels p, int by) {
  for (auto& v : p.data) v = std::uint8_t(v / by);
  return p;
}

/// What is said of a mask that cannot be one.
failure refused(const recipe& r, const picture& p, const picture& mask) {
  std::vector<float> row(r.shape().bytes());
  std::vector<std::uint8_t> ids(r.shape().bytes());
  targets along{.mask = mask, .mask_row = ids.data()};
  scratch memory;
  return r.run(p, {}, row.data(), along, memory);
}

}  // namespace

TEST_CASE("the ids of a mask are the numbers that its PNG stores, whatever its palette says", "[augment][targets]") {
  const pixels ids = ids_by_four(21, 34);
  const bytes picture_file = png(photograph(21, 34, 3, 1));
  const recipe r({resize({21, 34})});
  const auto read = [&](const png_style& style) {
    const bytes file = png(ids, style);
    return run_along(r, {picture_file}, {.mask = {file}}).mask.data;
  };
  for (const bool interlaced : {false, true}) {
    CHECK(read({.colour_type = 0, .interlaced = interlaced}) == ids.data);
    CHECK(read({.colour_type = 4, .interlaced = interlaced}) == ids.data);  // alpha is dropped
    CHECK(read({.colour_type = 3, .interlaced = interlaced}) == over(ids, 4).data);
    for (const int depth : {1, 2, 4}) {
      CHECK(read({.colour_type = 0, .bit_depth = depth, .interlaced = interlaced}) == over(ids, 256 >> depth).data);
      CHECK(read({.colour_type = 3, .bit_depth = depth, .interlaced = interlaced}) == over(ids, 256 >> depth).data);
    }
  }
  CHECK(run_along(r, {picture_file}, {.mask = raw(ids)}).mask.data == ids.data);
}

TEST_CASE("a mask has no ids but its own and the one for what is outside", "[augment][targets]") {
  const pixels p = photograph(60, 80, 3, 2);
  pixels ids({60, 80, 1});
  for (std::size_t i = 0; i < ids.data.size(); ++i) ids.data[i] = i / 7 % 2 ? 3 : 200;
  const recipe r({random_resized_crop(50), random_rotation(60, interpolation::bilinear), pad(3, 9),
                  random_perspective(0.5, 1), random_affine(20, {.how = interpolation::bilinear}), resize({40, 60})},
                 {}, p.shape);
  for (std::uint64_t offset = 0; offset < 10; ++offset) {
    const auto w = run_along(r, raw(p), {.mask = raw(ids), .mask_fill = 255}, offset);
    int outside = 0;
    for (const int id : w.mask.data) {
      REQUIRE((id == 3 || id == 200 || id == 255));
      outside += id == 255;
    }
    CHECK(outside > 100);
  }
}

TEST_CASE("a mask is resampled by the pixel under each centre", "[augment][targets]") {
  const pixels ids = photograph(37, 53, 1, 6);
  for (const auto& [height, width] : {std::pair{20, 30}, {74, 106}, {111, 11}, {1, 1}, {100, 53}}) {
    const auto w = run_along({resize({height, width})}, ids, {.mask = raw(ids)});
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x)
        REQUIRE(int(w.mask.at(y, x, 0)) == ids.at(int((y + 0.5) * 37 / height), int((x + 0.5) * 53 / width), 0));
  }
}

TEST_CASE("EXIF orientation turns what belongs to a picture as it turns the picture", "[augment][targets]") {
  const pixels p = drawn_part(48, 80, {8, 16, 24, 32}, 3);
  const pixels ids = drawn_part(48, 80, {8, 16, 24, 32}, 1, 7);
  for (int orientation = 1; orientation <= 8; ++orientation)
    for (const bool turned : {true, false}) {
      INFO("orientation " << orientation << (turned ? "" : ", ignored"));
      const bytes file = jpeg(p, {.quality = 100, .across = 1, .down = 1, .orientation = orientation});
      const recipe r({resize({80, 80}), random_flip(), random_crop(70)}, {.exif_orientation = turned});
      for (std::uint64_t offset = 0; offset < 4; ++offset) {
        const auto w =
            run_along(r, {file}, {.mask = raw(ids), .boxes = {{16, 8, 48, 32}}, .keypoints = {{17, 9}}}, offset);
        const pixels want = threshold(w.picture);
        int different = 0;
        for (std::size_t i = 0; i < want.data.size(); ++i) different += (want.data[i] == 255) != (w.mask.data[i] == 7);
        CHECK(different <= 160);  // its edges
        const box found = hull_of(w.mask, 7), b = w.boxes.at(0);
        CHECK(std::max({std::abs(found.x0 - b.x0), std::abs(found.y0 - b.y0), std::abs(found.x1 - b.x1),
                        std::abs(found.y1 - b.y1)}) <= 0.7);
        const keypoint k = w.keypoints.at(0);  // in the corner of the box
        if (k.inside) CHECK(w.mask.at(int(k.y), int(k.x), 0) == 7);
        CHECK(std::min(k.x - b.x0, b.x1 - k.x) < 2);
        CHECK(std::min(k.y - b.y0, b.y1 - k.y) < 2);
      }
    }
}

TEST_CASE("a mask that cannot belong to its picture is refused, and what is wrong is said", "[augment][targets]") {
  const pixels p = photograph(24, 32, 3, 1), ids = ids_by_four(24, 32), wide = ids_by_four(24, 33);
  const recipe r({center_crop(20)}, {}, p.shape);
  const bytes grey = png(ids, {.colour_type = 0}), colours = png(p),
              deep = png(ids, {.colour_type = 0, .bit_depth = 16});
  CHECK(!refused(r, raw(p), {grey}));
  const auto said = [&](const picture& mask) { return refused(r, raw(p), mask).detail; };
  CHECK(said(raw(wide)) == "the mask is 24x33, its picture 24x32");
  CHECK(said(raw(p)) == "the mask has 3 channels, class ids are one");
  CHECK(said({std::span(ids.data).first(100), ids.shape}) == "the mask: 100 bytes where 24x32 needs 768");
  const std::string form = "the mask must be a PNG of at most 8 bits, grey or with a palette, or raw pixels";
  const bytes blurred = jpeg(ids);
  CHECK(said({colours}) == form);
  CHECK(said({deep}) == form);
  CHECK(said({blurred}) == form);
  CHECK(said({std::span(grey).first(50)}).starts_with("the mask: "));
  bytes broken = grey;
  broken[broken.size() / 2] ^= 0x55;
  CHECK(said({broken}).starts_with("the mask: "));
  scratch memory;
  std::vector<float> row(r.shape().bytes());
  targets nowhere{.mask = raw(ids)};
  CHECK(r.run(raw(p), {}, row.data(), nowhere, memory).detail == "the mask has no mask_row to go to");
}

TEST_CASE("a damaged mask is refused, also where damaged pictures are delivered", "[augment][targets]") {
  const pixels p({21, 34, 3}), ids = photograph(21, 34, 1, 2);
  std::vector<float> row(p.data.size());
  std::vector<std::uint8_t> to(21 * 34);
  scratch memory;
  for (const bool interlaced : {false, true})
    for (const int type : {0, 3, 4}) {
      const bytes whole = png(ids, {.colour_type = type, .interlaced = interlaced});
      for (const bool strict : {true, false}) {
        const recipe r({}, {.strict = strict}, p.shape);
        const auto read = [&](std::span<const std::uint8_t> file) {
          targets along{.mask = {file}, .mask_row = to.data()};
          return r.run(raw(p), {}, row.data(), along, memory);
        };
        for (std::size_t at = 0; at < whole.size(); at += 5) {
          bytes broken = whole;
          broken[at] ^= 0x41;
          REQUIRE(bool(read(broken)));
          REQUIRE(bool(read(std::span(whole).first(at))));
        }
      }
    }
}

TEST_CASE("a list that leaves no one place for a pixel takes no targets", "[augment][targets]") {
  const pixels p = photograph(24, 32, 3, 1);
  const recipe r({random_apply({aug_mix()}, 0.5)}, {}, p.shape);
  std::vector<float> row(r.shape().bytes());
  scratch memory;
  targets along{.boxes = {{1, 2, 3, 4}}};
  CHECK(r.run(raw(p), {}, row.data(), along, memory).reason == fault::unsupported);
  CHECK(!r.run(raw(p), {}, row.data(), memory));
}

TEST_CASE("a mask counts against the memory that is allowed", "[augment][targets]") {
  const pixels p = photograph(300, 400, 3, 1);
  const bytes file = jpeg(p), ids = png(ids_by_four(300, 400), {.colour_type = 3, .interlaced = true});
  const recipe r({resize({64, 64}), random_rotation(30)});
  std::vector<float> row(r.shape().bytes());
  std::vector<std::uint8_t> to(64 * 64);
  targets along{.mask = {ids}, .mask_row = to.data()};
  const std::size_t alone = r.inspect({file}).scratch_bytes, both = r.inspect({file}, along).scratch_bytes;
  CHECK(both > alone + 300 * 400);
  scratch memory;
  memory.allow(alone);
  CHECK(!r.run({file}, {}, row.data(), memory));
  CHECK(r.run({file}, {}, row.data(), along, memory).reason == fault::too_large);
  CHECK(memory.wanted() == both);
  memory.allow(both);
  CHECK(!r.run({file}, {}, row.data(), along, memory));
}
