#include <troupe/augment/transforms.hpp>

#include <random>
#include <stdexcept>
#include <thread>

#include "../catch.hpp"
#include "reference.hpp"

using namespace troupe;

namespace {

std::string refusal_of(std::vector<transform> list, std::optional<image_shape> stored = {}) {
  try {
    recipe r(std::move(list), {}, stored);
  } catch (const std::invalid_argument& e) { return e.what(); }
  return "accepted";
}

failure outcome(const recipe& r, const picture& p) {
  scratch memory;
  std::vector<float> row(r.shape().bytes());
  return r.run(p, {}, row.data(), memory);
}

}  // namespace

TEST_CASE("a list without one fixed result, or with normalize inside, is refused", "[augment]") {
  CHECK(refusal_of({resize(256)}).find("leaves it to each image; add center_crop") != std::string::npos);
  CHECK(refusal_of({}).find("leaves it to each image") != std::string::npos);
  CHECK(refusal_of({resize(256)}, image_shape{20, 30, 3}) == "accepted");
  CHECK(refusal_of({resize(256), center_crop(224)}) == "accepted");
  CHECK(refusal_of({normalize("imagenet"), resize({8, 8}), nothing()}) ==
        "augment: normalize must be the last transform, found at 1 of 3");
  CHECK(refusal_of({center_crop(8), normalize("imagenet")}, image_shape{28, 28, 1}) ==
        "augment: normalize(imagenet) has 3 numbers, the images have 1 channels");
  CHECK(refusal_of({normalize("fashion")}, image_shape{28, 28, 1}) == "accepted");
}

TEST_CASE("normalize is (value / 255 - mean) / std by channel", "[augment]") {
  const pixels p = photograph(9, 7, 3, 2);
  const recipe r({normalize("imagenet")}, {}, p.shape);
  const auto row = run(r, raw(p));
  const double mean[] = {0.485, 0.456, 0.406}, deviation[] = {0.229, 0.224, 0.225};
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < 9; ++y)
      for (int x = 0; x < 7; ++x)
        CHECK(row[std::size_t((c * 9 + y) * 7 + x)] ==
              Approx((p.at(y, x, c) / 255.0 - mean[c]) / deviation[c]).margin(1e-5));
}

TEST_CASE("a transform of one's own that does nothing changes nothing, wherever it stands", "[augment]") {
  // Axis-aligned transforms are gathered into one pass; a transform on pixels forces what came before to be rendered.
  const bytes file = jpeg(photograph(90, 120, 3, 4), {.orientation = 6});
  const std::vector<std::vector<transform>> lists = {
      {center_crop(64), random_horizontal_flip(), random_vertical_flip()},
      {random_horizontal_flip(), random_resized_crop(32), random_vertical_flip(), center_crop(20)},
      {random_crop(50), random_horizontal_flip(), random_crop(50, 6)},
      {resize(60), center_crop(70), random_horizontal_flip(), random_crop(40)},
      {resize({64, 50}), random_vertical_flip(), resize({30, 31}), random_flip()},
  };
  for (const auto& list : lists) {
    auto stepwise = list;
    stepwise.push_back(nothing());  // at the end: the operations before keep their random numbers
    const recipe fused(list), rendered(stepwise);
    for (std::uint64_t offset = 0; offset < 12; ++offset)
      CHECK(run(fused, {file}, {.offset = offset}) == run(rendered, {file}, {.offset = offset}));
  }
}

TEST_CASE("gathered transforms show what they show one by one", "[augment]") {
  const pixels p = photograph(40, 50, 3, 4);
  std::mt19937 random(2);
  for (int i = 0; i < 200; ++i) {
    // crops and flips without scaling: exact; every step done alone on the result of the one before
    std::vector<transform> list;
    pixels stepwise = p;
    for (int k = 0; k < 4; ++k) {
      const int side = 20 + int(random() % 20);
      const transform t = random() % 3 == 0 ? random_horizontal_flip(1)
                          : random() % 2    ? random_vertical_flip(1)
                                            : center_crop(side);
      list.push_back(t);
      const recipe alone({t}, {}, stepwise.shape);
      stepwise = as_bytes(run(alone, raw(stepwise)), alone.shape());
    }
    const recipe r(list, {}, p.shape);
    REQUIRE(as_bytes(run(r, raw(p)), r.shape()).data == stepwise.data);
  }
}

TEST_CASE("the same key gives the same row, and a transform at the end changes nothing before it", "[augment]") {
  const bytes file = jpeg(photograph(200, 150, 3, 4));
  const recipe r({random_resized_crop(32), random_horizontal_flip()});
  std::vector<drawn> one, two, three;
  const auto first = run(r, {file}, {.seed = 1, .offset = 9}, &one);
  CHECK(first == run(r, {file}, {.seed = 1, .offset = 9}));
  CHECK(first != run(r, {file}, {.seed = 1, .offset = 10}));
  CHECK(first != run(r, {file}, {.seed = 1, .offset = 9, .attempt = 1}));
  const recipe longer({random_resized_crop(32), random_horizontal_flip(), random_vertical_flip()});
  run(longer, {file}, {.seed = 1, .offset = 9}, &two);
  REQUIRE(two.size() == 3);
  for (std::size_t i = 0; i < 2; ++i) CHECK(one[i].values == two[i].values);
}

TEST_CASE("threads that share a recipe give the rows of one thread", "[augment]") {
  std::vector<bytes> files;
  for (unsigned i = 0; i < 12; ++i)
    files.push_back(i % 3 ? jpeg(photograph(90, 70 + int(i), 3, i), {.progressive = i % 2 == 0})
                          : png(photograph(50, 40, 3, i)));
  const recipe r({random_resized_crop(24), random_horizontal_flip(), normalize("imagenet")});
  std::vector<std::vector<float>> alone, together(files.size(), std::vector<float>(r.shape().bytes()));
  for (std::size_t i = 0; i < files.size(); ++i) alone.push_back(run(r, {files[i]}, {.offset = i}));
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      scratch memory;
      for (std::size_t i = t; i < files.size(); i += 4) r.run({files[i]}, {.offset = i}, together[i].data(), memory);
    });
  for (auto& t : threads) t.join();
  CHECK(alone == together);
}

TEST_CASE("a transform of one's own sees pixels, its generator, and may throw", "[augment]") {
  const pixels p = photograph(16, 16, 3, 1);
  const recipe invert({transform("invert",
                                 [](image& i, generator&) {
                                   for (int y = 0; y < i.shape.height; ++y)
                                     for (int x = 0; x < i.shape.width * i.shape.channels; ++x)
                                       i.row(y)[x] = std::uint8_t(255 - i.row(y)[x]);
                                 })},
                      {}, p.shape);
  const pixels before = p, got = as_bytes(run(invert, raw(p)), p.shape);
  CHECK(p.data == before.data);  // the picture's own bytes stay
  for (std::size_t i = 0; i < p.data.size(); ++i) REQUIRE(got.data[i] == 255 - p.data[i]);
  const recipe throws({transform("t", [](image&, generator&) { throw std::runtime_error("no such colour"); })}, {},
                      p.shape);
  CHECK(outcome(throws, raw(p)).reason == fault::transform);
  CHECK(outcome(throws, raw(p)).detail == "t(): no such colour");
  const recipe odd({transform("t", [](image&, generator&) { throw 7; })}, {}, p.shape);
  CHECK(outcome(odd, raw(p)).reason == fault::transform);
  CHECK(outcome(odd, raw(p)).detail == "t(): it threw something that is no std::exception");
  const recipe too_small({random_crop(20)});
  CHECK(outcome(too_small, raw(p)).reason == fault::transform);
  CHECK(outcome(too_small, raw(p)).detail.find("random_crop: wants 20 out of an image of (16, 16)") == 0);
}

TEST_CASE("raw pixels of another shape, or too few of them, are refused", "[augment]") {
  const pixels p = photograph(28, 28, 1, 1), other = photograph(28, 27, 1, 1);
  const recipe r({normalize("fashion")}, {}, p.shape);
  CHECK(!outcome(r, raw(p)));
  CHECK(outcome(r, raw(other)).reason == fault::unsupported);
  CHECK(outcome(r, {std::span(p.data).first(100), p.shape}).reason == fault::truncated);
  CHECK(outcome(r, {{}, p.shape}).reason == fault::empty);
  const recipe colour({center_crop(8)});
  CHECK(outcome(colour, raw(p)).reason == fault::unsupported);
  CHECK(r.inspect(raw(p)).scratch_bytes > 0);
}

TEST_CASE("scratch can be given back", "[augment]") {
  const bytes file = jpeg(photograph(400, 500, 3, 4), {.progressive = true});
  const recipe r({resize({32, 32})});
  scratch memory;
  const std::size_t least = memory.bytes();
  std::vector<float> row(r.shape().bytes());
  REQUIRE(!r.run({file}, {}, row.data(), memory));
  CHECK(memory.bytes() > least + 500000);
  memory.trim(memory.bytes());
  CHECK(memory.bytes() > least + 500000);
  memory.trim(0);
  CHECK(memory.bytes() == least);
  scratch moved = std::move(memory);
  CHECK(!r.run({file}, {}, row.data(), moved));
}
