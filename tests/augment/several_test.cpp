#include <troupe/augment/spec.hpp>
#include <troupe/augment/transforms.hpp>

#include <map>

#include "../catch.hpp"
#include "reference.hpp"

using namespace troupe;

namespace {

/// Adds n to every value, and says what its generator gave.
transform adding(int n) {
  return transform("adding", [n](image& i, generator& g) {
    i.row(0)[0] = std::uint8_t(i.row(0)[0] + n);
    if (i.shape.width > 1) i.row(0)[1] = std::uint8_t(g.below(256));
  });
}

struct result {
  int first = 0, drawn_number = 0;
  std::vector<drawn> report;
};

result run_on(const std::vector<transform>& list, std::uint64_t offset) {
  const pixels p({1, 2, 1});
  const recipe r(list, {}, p.shape);
  result got;
  const pixels out = as_bytes(run(r, raw(p), {.offset = offset}, &got.report), r.shape());
  got.first = out.data[0];
  got.drawn_number = out.data[1];
  return got;
}

}  // namespace

TEST_CASE("random_apply happens at its rate, all or nothing", "[augment][several]") {
  int happened = 0;
  for (std::uint64_t offset = 0; offset < 2000; ++offset) {
    const auto got = run_on({random_apply({adding(1), adding(2)}, 0.3)}, offset);
    REQUIRE((got.first == 0 || got.first == 3));
    REQUIRE(got.report.size() == (got.first == 0 ? 1 : 3));
    happened += got.first != 0;
  }
  CHECK(happened > 520);
  CHECK(happened < 680);
}

TEST_CASE("random_choice takes one, by its weight", "[augment][several]") {
  std::map<int, int> even, weighted;
  for (std::uint64_t offset = 0; offset < 3000; ++offset) {
    ++even[run_on({random_choice({adding(1), adding(2), adding(3)})}, offset).first];
    ++weighted[run_on({random_choice({adding(1), adding(2), adding(3)}, {1, 0, 3})}, offset).first];
  }
  for (int n : {1, 2, 3}) CHECK(std::abs(even[n] - 1000) < 120);
  CHECK(std::abs(weighted[1] - 750) < 120);
  CHECK(weighted[2] == 0);
  CHECK(weighted[1] + weighted[3] == 3000);
}

TEST_CASE("random_order takes all, every order as often", "[augment][several]") {
  std::map<std::string, int> orders;
  for (std::uint64_t offset = 0; offset < 1200; ++offset) {
    const auto got = run_on({random_order({adding(1), adding(2), adding(4)})}, offset);
    REQUIRE(got.first == 7);
    ++orders[std::get<std::string>(got.report[0].values.at(0).second)];
  }
  CHECK(orders.size() == 6);
  for (const auto& [order, n] : orders) CHECK(n > 130);
}

TEST_CASE("a part draws from its own path: parts behind it and around it change nothing", "[augment][several]") {
  for (std::uint64_t offset = 0; offset < 50; ++offset) {
    const int alone = run_on({compose({adding(1)})}, offset).drawn_number;
    CHECK(run_on({compose({adding(1)}), random_apply({random_invert(0)}, 0.5)}, offset).drawn_number == alone);
    CHECK(run_on({compose({adding(1), random_invert(0)})}, offset).drawn_number == alone);
  }
  std::map<int, int> seen;  // and not from another's
  for (std::uint64_t offset = 0; offset < 50; ++offset) {
    seen[run_on({compose({adding(1)})}, offset).drawn_number] += 1;
    seen[run_on({compose({random_invert(0), adding(1)})}, offset).drawn_number] += 1;
    seen[run_on({random_invert(0), compose({adding(1)})}, offset).drawn_number] += 1;
  }
  CHECK(seen.size() > 90);
}

TEST_CASE("parts may be geometry: the picture is the one of the parts in a row", "[augment][several]") {
  const bytes file = jpeg(photograph(90, 120, 3, 4));
  const recipe grouped({compose({resize({50, 60}), center_crop(40)}), random_apply({random_vertical_flip(1)}, 1)});
  const recipe flat({resize({50, 60}), center_crop(40), random_vertical_flip(1)});
  CHECK(run(grouped, {file}) == run(flat, {file}));
  const recipe perhaps({center_crop(40), random_apply({random_crop(40, 4), random_horizontal_flip()}, 0.5)});
  for (std::uint64_t offset = 0; offset < 20; ++offset) CHECK(!run(perhaps, {file}, {.offset = offset}).empty());
}

TEST_CASE("scratch of grouped transforms stays within what inspect announced", "[augment][several]") {
  const bytes file = jpeg(photograph(190, 220, 3, 4));
  const recipe r({random_order({random_adjust_sharpness(2, 0.5), random_horizontal_flip(),
                                random_apply({random_crop(190, 8), random_invert(), random_adjust_sharpness(2, 1)})}),
                  random_resized_crop(64),
                  random_choice({random_adjust_sharpness(0, 1), color_jitter(0.4, 0.4, 0.4)})});
  const auto need = r.inspect({file});
  REQUIRE(!need.bad);
  scratch memory;
  std::vector<float> row(r.shape().bytes());
  for (std::uint64_t offset = 0; offset < 60; ++offset) {
    const auto bad = r.run({file}, {.offset = offset}, row.data(), memory);
    INFO(bad.detail);
    REQUIRE(!bad);
    REQUIRE(memory.bytes() <= need.scratch_bytes);
  }
}

TEST_CASE("a group of draws decodes no more than the same draws in a row", "[augment][several]") {
  const bytes file = jpeg(photograph(600, 800, 3, 4));
  const recipe flat({random_resized_crop(64), random_horizontal_flip()}),
      grouped({compose({random_resized_crop(64), random_horizontal_flip()})}),
      mixed({random_order({elastic_transform(), random_apply({pad(96), center_crop({600, 800})})}), resize({64, 64})});
  CHECK(grouped.inspect({file, {}, {}}).scratch_bytes == flat.inspect({file, {}, {}}).scratch_bytes);
  scratch memory;
  std::vector<float> row(mixed.shape().bytes());
  for (std::uint64_t offset = 0; offset < 12; ++offset) {
    REQUIRE(!mixed.run({file, {}, {}}, {.offset = offset}, row.data(), memory));
    REQUIRE(memory.bytes() <= mixed.inspect({file, {}, {}}).scratch_bytes);
  }
}

TEST_CASE("parts of groups within groups draw numbers of their own", "[augment][several]") {
  std::map<int, int> seen;
  for (std::uint64_t offset = 0; offset < 60; ++offset)
    for (const int place : {0, 1}) {
      std::vector<transform> list{random_invert(0), random_invert(0)};
      transform deep = adding(1);
      for (int level = 0; level < 5; ++level) deep = compose({deep});
      list[std::size_t(place)] = deep;
      ++seen[run_on(list, offset).drawn_number * 2];
    }
  CHECK(seen.size() > 70);  // of 120 draws out of 256; 60 if both places drew the same
}

TEST_CASE("groups whose results have no one size, or that hold normalize, are refused", "[augment][several]") {
  CHECK_THROWS_AS(recipe({center_crop(9), random_apply({center_crop(5)})}), std::invalid_argument);
  CHECK_THROWS_AS(recipe({random_choice({center_crop(5), center_crop(6)})}), std::invalid_argument);
  CHECK_NOTHROW(recipe({random_choice({center_crop(5), random_crop(5)})}));
  CHECK_THROWS_AS(recipe({random_order({resize(256), center_crop(224)})}), std::invalid_argument);
  CHECK_THROWS_AS(recipe({random_order({random_crop(32), pad(4)})}, {}, image_shape{32, 32, 3}), std::invalid_argument);
  CHECK_NOTHROW(recipe({random_order({random_crop(32), random_invert(), random_flip()})}, {}, image_shape{40, 40, 3}));
  CHECK_THROWS_WITH(random_order({}), "random_order: transforms must be at least one, got none");
  CHECK_THROWS_AS(compose({normalize("imagenet")}), std::invalid_argument);
  CHECK_THROWS_AS(random_choice({grayscale()}, {1, 2}), std::invalid_argument);
  CHECK_THROWS_WITH(random_choice({grayscale(), random_invert()}, {1e308, 1e308}),
                    "random_choice: p must be weights, and their sum must be finite");
}

TEST_CASE("groups are written as lists in brackets, and printed as they can be read again", "[augment][several]") {
  for (const char* text :
       {"random_apply([color_jitter(0.4, contrast=(0.5, 1.5)), random_grayscale], p=0.8), center_crop(8)",
        "random_choice([random_invert(1), random_posterize(3, p=1)], p=(1, 2))",
        "random_order([random_solarize(128), compose([random_equalize, random_autocontrast(p=0.1)])])",
        "random_adjust_sharpness(2), random_channel_permutation"}) {
    std::string printed;
    for (const auto& t : parse_transforms(text, 224)) printed += (printed.empty() ? "" : ", ") + t.to_string();
    std::string again;
    for (const auto& t : parse_transforms(printed, 224)) again += (again.empty() ? "" : ", ") + t.to_string();
    CHECK(printed == again);
  }
  CHECK_THROWS_AS(parse_transforms("random_apply(0.5)", 224), std::invalid_argument);
  CHECK_THROWS_AS(parse_transforms("random_apply([random_invert", 224), std::invalid_argument);
  CHECK(evaluation_counterpart("compose([random_resized_crop(224), random_flip]), normalize(imagenet)") ==
        "resize(256), center_crop(224), normalize(imagenet)");
  CHECK(evaluation_counterpart("random_choice([random_crop(28), center_crop(28)]), random_order([center_crop(28), "
                               "random_invert])") == "center_crop(28), center_crop(28)");
  CHECK_THROWS_AS(parse_transforms(
                      [] {
                        std::string deep;
                        for (int i = 0; i < 1000; ++i) deep += "compose([";
                        return deep;
                      }(),
                      224),
                  std::invalid_argument);
  CHECK(evaluation_counterpart("random_apply([grayscale], p=0.5), grayscale, center_crop(8), color_jitter(1)") ==
        "grayscale(), center_crop(8)");
}
