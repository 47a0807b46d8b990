#include <troupe/augment/transforms.hpp>

#include <cmath>
#include <map>

#include "../catch.hpp"
#include "warp_reference.hpp"

using namespace troupe;

namespace {

bool inside(const rect& r, int y, int x) {
  return y >= r.top && y < r.top + r.height && x >= r.left && x < r.left + r.width;
}

rect reported(const std::vector<drawn>& report) {
  const auto number = [&](const char* name) { return int(number_of(report, name)); };
  return {number("i"), number("j"), number("h"), number("w")};
}

}  // namespace

TEST_CASE("random_erasing paints the rectangle that it reports, at its rate", "[augment]") {
  for (int channels : {1, 3}) {
    const pixels p = photograph(30, 44, channels, 1);
    int erased = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) {
      std::vector<drawn> report;
      const pixels got = result_of(random_erasing(0.25, {0.02, 0.33}, {0.3, 3.3}, colour(1, 2, 3)), p, i, &report);
      const bool here = number_of(report, "erased") != 0;
      const rect part = here ? reported(report) : rect{};
      erased += here;
      for (int y = 0; y < 30; ++y)
        for (int x = 0; x < 44; ++x)
          for (int c = 0; c < channels; ++c)
            REQUIRE(int(got.at(y, x, c)) == (inside(part, y, x) ? 1 + c : p.at(y, x, c)));
    }
    CHECK(std::abs(erased - 250) < 55);  // 4 standard deviations
  }
}

TEST_CASE("random_erasing draws areas uniformly and ratios log-uniformly, inside the image", "[augment]") {
  const pixels p = photograph(200, 200, 1, 1);
  std::array<int, 4> areas{}, ratios{};
  for (std::uint64_t i = 0; i < 4000; ++i) {
    std::vector<drawn> report;
    result_of(random_erasing(1, {0.1, 0.3}, {0.5, 2}), p, i, &report);
    const rect r = reported(report);
    REQUIRE((r.top >= 0 && r.left >= 0 && r.top + r.height <= 200 && r.left + r.width <= 200));
    const double area = r.height * r.width / 4e4, ratio = std::log2(double(r.height) / r.width);
    ++areas[std::size_t(std::clamp((area - 0.1) / 0.2 * 4, 0.0, 3.9))];
    ++ratios[std::size_t(std::clamp((ratio + 1) / 2 * 4, 0.0, 3.9))];
  }
  for (int c : areas) CHECK(std::abs(c - 1000) < 130);  // 4 standard deviations, and whole pixels
  for (int c : ratios) CHECK(std::abs(c - 1000) < 130);
}

TEST_CASE("random values are uniform", "[augment]") {
  const pixels p = white_pixel(300, 300, 3);
  std::vector<drawn> report;
  const pixels got = result_of(random_erasing(1, {0.5, 0.5}, {1, 1}, std::nullopt), p, 1, &report);
  const rect r = reported(report);
  std::array<int, 16> counts{};
  for (int y = r.top; y < r.top + r.height; ++y)
    for (int x = r.left; x < r.left + r.width; ++x)
      for (int c = 0; c < 3; ++c) ++counts[got.at(y, x, c) / 16u];
  const int expected = r.height * r.width * 3 / 16;
  for (int c : counts) CHECK(std::abs(c - expected) < 4 * std::sqrt(expected));
}

TEST_CASE("what cannot be erased stays", "[augment]") {
  const pixels p = photograph(9, 11, 3, 1);
  CHECK(result_of(random_erasing(0), p).data == p.data);
  CHECK(result_of(random_erasing(1, {1, 1}, {1, 1}), p).data == p.data);  // no rectangle is smaller than the image
  CHECK(result_of(random_erasing(1, {0, 0}), p).data == p.data);
  CHECK(result_of(random_erasing(1), photograph(1, 1, 3, 1)).data == photograph(1, 1, 3, 1).data);
}

TEST_CASE("cutout blackens squares around the pixels that it reports, cut off at the edges", "[augment]") {
  for (int size : {1, 4, 5, 60}) {
    const pixels p = photograph(20, 30, 3, 1);
    std::map<int, int> rows, columns;
    for (std::uint64_t i = 0; i < 1200; ++i) {
      std::vector<drawn> report;
      const pixels got = result_of(cutout(size, 2), p, i, &report);
      const auto number = [&](const char* name) { return int(number_of(report, name)); };
      const rect one{number("y") - size / 2, number("x") - size / 2, size, size};
      const rect two{number("y2") - size / 2, number("x2") - size / 2, size, size};
      ++rows[number("y")];
      ++columns[number("x2")];
      if (i > 60) continue;
      for (int y = 0; y < 20; ++y)
        for (int x = 0; x < 30; ++x)
          REQUIRE(int(got.at(y, x, 1)) == (inside(one, y, x) || inside(two, y, x) ? 0 : p.at(y, x, 1)));
    }
    REQUIRE((rows.size() == 20 && columns.size() == 30));  // every pixel is a centre
    for (const auto& [y, count] : rows) CHECK(std::abs(count - 60) < 32);
    for (const auto& [x, count] : columns) CHECK(std::abs(count - 40) < 27);
  }
}

TEST_CASE("wrong erasing is refused where it is written", "[augment]") {
  CHECK(refusal([] { random_erasing(2); }) == "random_erasing: p must be in 0 ... 1, got 2");
  CHECK(refusal([] {
          random_erasing(1, {0.5, 0.2});
        }) == "random_erasing: scale must be 0 <= low <= high <= 1, got (0.5, 0.2)");
  CHECK(refusal([] {
          random_erasing(1, {0.5, 0.6}, {0, 1});
        }) == "random_erasing: ratio must be 0 < low <= high <= 1000, got (0, 1)");
  CHECK(refusal([] {
          random_erasing(1, {0.5, 0.6}, {1, 1}, colour(-1));
        }) == "random_erasing: value must be in 0 ... 255, got -1");
  CHECK(refusal([] { cutout(0); }) == "cutout: size must be >= 1, got 0");
  CHECK(refusal([] { cutout(8, 0); }) == "cutout: count must be in 1 ... 1000, got 0");
}
