#include <troupe/augment/implementation.hpp>
#include <troupe/augment/transforms.hpp>

#include <array>
#include <cmath>
#include <map>
#include <stdexcept>

#include "../catch.hpp"
#include "reference.hpp"

using namespace troupe;

namespace {

std::map<std::string, drawn::value> parameters(const transform& t, image_shape shape, std::uint64_t offset) {
  generator random({.seed = 5, .offset = offset}, 0);
  drawn d{t->name(), {}};
  t->arrange({shape, random, &d});
  return {d.values.begin(), d.values.end()};
}

int number(const std::map<std::string, drawn::value>& m, const char* name) {
  return int(std::get<std::int64_t>(m.at(name)));
}

std::string message(auto call) {
  try {
    call();
  } catch (const std::invalid_argument& e) { return e.what(); }
  return "nothing was thrown";
}

}  // namespace

TEST_CASE("random_resized_crop draws areas uniformly and ratios log-uniformly, inside the image", "[augment]") {
  const image_shape shape{1000, 1000, 3};
  const auto t = random_resized_crop(224, {0.1, 0.5});
  std::array<int, 4> areas{}, ratios{};
  const int n = 8000;
  for (int i = 0; i < n; ++i) {
    const auto p = parameters(t, shape, std::uint64_t(i));
    const int h = number(p, "height"), w = number(p, "width"), top = number(p, "top"), left = number(p, "left");
    REQUIRE((h >= 1 && w >= 1 && top >= 0 && left >= 0 && top + h <= 1000 && left + w <= 1000));
    const double area = double(h) * w / 1e6, ratio = std::log(double(w) / h) / std::log(4.0 / 3);
    ++areas[std::size_t(std::clamp((area - 0.1) / 0.4 * 4, 0.0, 3.9))];
    ++ratios[std::size_t(std::clamp((ratio + 1) / 2 * 4, 0.0, 3.9))];
  }
  for (int c : areas) CHECK(std::abs(c - n / 4) < 160);  // 4 standard deviations
  for (int c : ratios) CHECK(std::abs(c - n / 4) < 160);
}

TEST_CASE("random_resized_crop falls back to the largest centred part with an allowed ratio", "[augment]") {
  for (std::uint64_t i = 0; i < 5; ++i) {
    auto p = parameters(random_resized_crop(8, {0.9, 1}), {10, 1000, 3}, i);
    CHECK(number(p, "height") == 10);
    CHECK(number(p, "width") == 13);
    CHECK(number(p, "left") == 493);
    p = parameters(random_resized_crop(8, {0.9, 1}), {1000, 9, 3}, i);
    CHECK(number(p, "width") == 9);
    CHECK(number(p, "height") == 12);
    CHECK(number(p, "top") == 494);
  }
}

TEST_CASE("flips happen at their rate", "[augment]") {
  for (double p : {0.0, 0.25, 0.5, 1.0})
    for (const auto& t : {random_horizontal_flip(p), random_vertical_flip(p)}) {
      int flips = 0;
      for (std::uint64_t i = 0; i < 4000; ++i) flips += std::get<bool>(parameters(t, {8, 8, 3}, i).at("flipped"));
      CHECK(std::abs(flips - 4000 * p) <= 120);
    }
}

TEST_CASE("sizes follow torchvision's rounding", "[augment]") {
  const auto size = [](const transform& t, int h, int w) { return *t->result(extent{h, w}); };
  CHECK(size(resize(256), 375, 500) == extent{256, 341});
  CHECK(size(resize(256), 500, 375) == extent{341, 256});
  CHECK(size(resize({20, 30}), 500, 375) == extent{20, 30});
  CHECK(size(resize(5), 1, 1) == extent{5, 5});
  const auto at_most = [](int side, int most) { return resize(side, interpolation::bilinear, most); };
  CHECK(size(at_most(256, 300), 375, 500) == extent{225, 300});
  CHECK(size(at_most(256, 300), 500, 301) == extent{300, 180});  // 425, so int(300 * 256 / 425)
  CHECK(size(at_most(256, 341), 375, 500) == extent{256, 341});
  CHECK(size(at_most(256, 300), 1, 5000) == extent{1, 300});  // never none
  auto p = parameters(center_crop(224), {256, 341, 3}, 0);
  CHECK(number(p, "top") == 16);
  CHECK(number(p, "left") == 58);  // 58.5 rounds to the even one
  p = parameters(center_crop(10), {7, 20, 3}, 0);
  CHECK(number(p, "top") == -1);
  CHECK(number(p, "left") == 5);
}

TEST_CASE("crops and padding show the right pixels, black outside", "[augment]") {
  const pixels p = photograph(28, 28, 1, 3);
  const recipe r({random_crop(28, 4)}, {}, p.shape);
  bool moved = false;
  for (std::uint64_t offset = 0; offset < 50; ++offset) {
    std::vector<drawn> report;
    const pixels got = as_bytes(run(r, raw(p), {.offset = offset}, &report), r.shape());
    REQUIRE(report.size() == 1);
    const std::map<std::string, drawn::value> values(report[0].values.begin(), report[0].values.end());
    const int top = number(values, "top"), left = number(values, "left");
    REQUIRE((top >= -4 && top <= 4 && left >= -4 && left <= 4));
    moved = moved || top != 0;
    for (int y = 0; y < 28; ++y)
      for (int x = 0; x < 28; ++x) {
        const int sy = y + top, sx = x + left;
        const int want = sy < 0 || sx < 0 || sy >= 28 || sx >= 28 ? 0 : p.at(sy, sx, 0);
        REQUIRE(int(got.at(y, x, 0)) == want);
      }
  }
  CHECK(moved);
}

TEST_CASE("wrong options are refused where they are written, with the value", "[augment]") {
  CHECK(message([] { random_resized_crop(0); }) == "random_resized_crop: size must be >= 1, got 0");
  CHECK(message([] { resize({224, -3}); }) == "resize: size must be >= 1, got -3");
  CHECK(message([] { center_crop(1 << 20); }) == "center_crop: size must be <= 16384, got 1048576");
  CHECK(message([] { random_crop(8, -1); }) == "random_crop: padding must be in 0 ... 16384, got -1");
  CHECK(message([] { random_flip(1.5); }) == "random_horizontal_flip: p must be in 0 ... 1, got 1.5");
  CHECK(message([] {
          random_resized_crop(8, {0.5, 0.2});
        }) == "random_resized_crop: scale must be 0 < low <= high <= 1, got (0.5, 0.2)");
  CHECK(message([] { normalize({0.5}, {0.0}); }) == "normalize: std must be > 0, got 0");
  CHECK(message([] { normalize("imagnet"); }) ==
        "normalize: no statistics are known for 'imagnet'; did you mean 'imagenet'?");
}

TEST_CASE("a transform is printed as it is written", "[augment]") {
  CHECK(random_resized_crop(224).to_string() ==
        "random_resized_crop(224, scale=(0.08, 1), ratio=(0.75, 1.3333333333333333))");
  CHECK(resize({20, 30}, interpolation::bilinear, {}, false).to_string() == "resize((20, 30), antialias=false)");
  CHECK(random_crop(28, 2).to_string() == "random_crop(28, padding=2)");
  CHECK(normalize("imagenet").to_string() == "normalize(imagenet)");
  CHECK(normalize({0.5}, {0.25}).to_string() == "normalize((0.5), (0.25))");
}
