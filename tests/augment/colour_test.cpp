#include <troupe/augment/lookup.hpp>
#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <cmath>
#include <map>

#include "../catch.hpp"
#include "reference.hpp"

using namespace troupe;

namespace {

pixels shown(const std::vector<transform>& list, const pixels& p, std::uint64_t offset = 0,
             std::vector<drawn>* report = nullptr) {
  const recipe r(list, {}, p.shape);
  return as_bytes(run(r, raw(p), {.offset = offset}, report), r.shape());
}

double number(const drawn& d, const std::string& name) {
  for (const auto& [known, value] : d.values)
    if (known == name) return std::get<double>(value);
  throw std::runtime_error("nothing is called " + name);
}

std::string word(const drawn& d, const std::string& name) {
  for (const auto& [known, value] : d.values)
    if (known == name) return std::get<std::string>(value);
  throw std::runtime_error("nothing is called " + name);
}

bool applied(const drawn& d) { return std::get<bool>(d.values.at(0).second); }

/// Every sample through f(value).
template <class F>
pixels each(pixels p, F f) {
  for (auto& v : p.data) v = std::uint8_t(std::clamp(f(int(v)), 0.0, 255.0));
  return p;
}

int grey(const pixels& p, int y, int x) {
  return p.shape.channels == 1 ? p.at(y, x, 0) : grey_of(p.at(y, x, 0), p.at(y, x, 1), p.at(y, x, 2));
}

int most_apart(const pixels& a, const pixels& b) {
  int most = 0;
  for (std::size_t i = 0; i < a.data.size(); ++i) most = std::max(most, std::abs(int(a.data[i]) - int(b.data[i])));
  return most;
}

}  // namespace

TEST_CASE("point operations do what Pillow defines", "[augment][colour]") {
  for (const int channels : {1, 3}) {
    const pixels p = photograph(31, 45, channels, 3);
    CHECK(shown({random_invert(1)}, p).data == each(p, [](int v) { return 255.0 - v; }).data);
    CHECK(shown({random_invert(0)}, p).data == p.data);
    for (const int bits : {0, 1, 3, 8})
      CHECK(shown({random_posterize(bits, 1)}, p).data ==
            each(p, [&](int v) { return std::floor(v / std::exp2(8 - bits)) * std::exp2(8 - bits); }).data);
    for (const double threshold : {0.0, 100.0, 128.5, 256.0})
      CHECK(shown({random_solarize(threshold, 1)}, p).data ==
            each(p, [&](int v) { return v < threshold ? v : 255.0 - v; }).data);
  }
}

TEST_CASE("autocontrast and equalize treat each channel by its own histogram", "[augment][colour]") {
  pixels p = photograph(40, 40, 3, 3);
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 40; ++x) p.at(y, x, 1) = std::uint8_t(60 + p.at(y, x, 1) / 4), p.at(y, x, 2) = 77;
  const pixels stretched = shown({random_autocontrast(1)}, p), even = shown({random_equalize(1)}, p);
  for (int c = 0; c < 3; ++c) {
    std::map<int, int> values;
    for (int i = 0; i < 1600; ++i) ++values[p.at(i / 40, i % 40, c)];
    const int low = values.begin()->first, high = values.rbegin()->first;
    const int step = (1600 - values.rbegin()->second) / 255;
    for (int i = 0; i < 1600; ++i) {
      const int v = p.at(i / 40, i % 40, c);
      const double want = low == high ? v : (v - low) * 255.0 / (high - low);
      CHECK(std::abs(stretched.at(i / 40, i % 40, c) - std::floor(want + 1e-9)) <= 1);  // as doubles are rounded
      int below = 0;
      for (const auto& [value, n] : values) below += value < v ? n : 0;
      CHECK(even.at(i / 40, i % 40, c) == (step == 0 ? v : std::min(255, (step / 2 + below) / step)));
    }
  }
}

TEST_CASE("point operations in a row are one, and show what they show one by one", "[augment][colour]") {
  const std::vector<transform> all = {random_solarize(90, 0.7), random_autocontrast(0.7), random_posterize(4, 0.7),
                                      random_equalize(0.7),     random_invert(0.7),       random_autocontrast(0.7)};
  for (const int channels : {1, 3}) {
    const pixels p = photograph(33, 20, channels, 5);
    for (std::uint64_t offset = 0; offset < 100; ++offset) {
      pixels stepwise = p;
      std::vector<drawn> report;
      const pixels together = shown(all, p, offset, &report);
      for (std::size_t i = 0; i < all.size(); ++i) {
        const transform sure[] = {random_solarize(90, 1), random_autocontrast(1), random_posterize(4, 1),
                                  random_equalize(1),     random_invert(1),       random_autocontrast(1)};
        if (applied(report[i])) stepwise = shown({sure[i], nothing()}, stepwise);
      }
      REQUIRE(together.data == stepwise.data);
    }
  }
}

TEST_CASE("color_jitter applies the factors that it reports, in the order that it reports", "[augment][colour]") {
  const pixels p = photograph(30, 41, 3, 8);
  std::map<std::string, int> orders;
  for (std::uint64_t offset = 0; offset < 240; ++offset) {
    std::vector<drawn> report;
    const pixels got = shown({color_jitter(0.4, {0.5, 2}, 0.3)}, p, offset, &report);
    const drawn& d = report.at(0);
    const double b = number(d, "brightness_factor"), c = number(d, "contrast_factor"),
                 s = number(d, "saturation_factor");
    CHECK((b >= 0.6 && b <= 1.4));
    CHECK((c >= 0.5 && c <= 2));
    CHECK((s >= 0.7 && s <= 1.3));
    const std::string order = word(d, "order");
    ++orders[order];
    pixels want = p;
    for (const char* op : {order.c_str()})
      for (std::string rest = op; !rest.empty();) {
        const auto end = std::min(rest.find(' '), rest.size());
        const std::string name = rest.substr(0, end);
        rest.erase(0, std::min(end + 1, rest.size()));
        double mean = 0;
        for (int i = 0; i < 30 * 41; ++i) mean += grey(want, i / 41, i % 41) / (30.0 * 41);
        const pixels before = want;
        for (int i = 0; i < 30 * 41; ++i)
          for (int k = 0; k < 3; ++k) {
            const int y = i / 41, x = i % 41, v = before.at(y, x, k);
            const double from = name == "brightness" ? 0
                                : name == "contrast" ? double(std::lround(mean))
                                                     : grey(before, y, x);
            const double by = name == "brightness" ? b : name == "contrast" ? c : s;
            want.at(y, x, k) = std::uint8_t(std::clamp(from + by * (v - from), 0.0, 255.0));
          }
      }
    REQUIRE(most_apart(got, want) <= 2);  // float and double may fall to different sides of a whole number, twice
  }
  CHECK(orders.size() == 6);
  for (const auto& [order, n] : orders) CHECK(n > 15);
}

TEST_CASE("factors that change nothing change nothing", "[augment][colour]") {
  const pixels p = photograph(30, 41, 3, 8), grey_one = photograph(30, 41, 1, 8);
  CHECK(shown({color_jitter()}, p).data == p.data);
  CHECK(shown({color_jitter({1, 1}, {1, 1}, {1, 1}, {0, 0})}, p).data == p.data);
  CHECK(shown({random_adjust_sharpness(1, 1)}, p).data == p.data);
  CHECK(most_apart(shown({color_jitter(0, 0, 0, {1e-9, 1e-9})}, p), p) <= 1);
  CHECK(most_apart(shown({color_jitter(0, 0, 0, {0.5, 0.5}), color_jitter(0, 0, 0, {-0.5, -0.5})}, p), p) <= 3);
  CHECK(shown({grayscale(), color_jitter(0, 0, 0.5, 0.3)}, grey_one).data == grey_one.data);
}

TEST_CASE("a hue is turned around the circle of colours", "[augment][colour]") {
  pixels p({1, 3, 3});
  p.data = {200, 50, 50, 50, 200, 50, 50, 50, 200};
  const pixels third = shown({color_jitter(0, 0, 0, {1.0 / 3, 1.0 / 3})}, p);
  const std::vector<int> want = {50, 200, 50, 50, 50, 200, 200, 50, 50};
  for (std::size_t i = 0; i < want.size(); ++i) CHECK(std::abs(int(third.data[i]) - want[i]) <= 1);
}

TEST_CASE("sharpness blends with a smoothed picture, and leaves its edges", "[augment][colour]") {
  const pixels p = photograph(20, 25, 3, 8);
  for (const double factor : {0.0, 0.5, 3.0}) {
    const pixels got = shown({random_adjust_sharpness(factor, 1)}, p);
    for (int y = 0; y < 20; ++y)
      for (int x = 0; x < 25; ++x)
        for (int c = 0; c < 3; ++c) {
          double smooth = p.at(y, x, c);
          if (y > 0 && y < 19 && x > 0 && x < 24) {
            smooth = 4 * p.at(y, x, c);
            for (int i = 0; i < 9; ++i) smooth += p.at(y - 1 + i / 3, x - 1 + i % 3, c);
            smooth = std::floor(smooth / 13 + 0.5);
          }
          const double want = std::clamp(smooth + factor * (p.at(y, x, c) - smooth), 0.0, 255.0);
          REQUIRE(std::abs(got.at(y, x, c) - want) < 1.001);
        }
  }
}

TEST_CASE("channels change places, every way as often", "[augment][colour]") {
  const pixels p = photograph(5, 5, 3, 8);
  std::map<std::string, int> seen;
  for (std::uint64_t offset = 0; offset < 600; ++offset) {
    std::vector<drawn> report;
    const pixels got = shown({random_channel_permutation()}, p, offset, &report);
    const std::string order = word(report[0], "permutation");
    ++seen[order];
    for (int c = 0; c < 3; ++c) REQUIRE(got.at(2, 3, c) == p.at(2, 3, order[std::size_t(2 * c)] - '0'));
  }
  CHECK(seen.size() == 6);
  for (const auto& [order, n] : seen) CHECK(n > 60);
}

TEST_CASE("colour transforms with wrong options are refused", "[augment][colour]") {
  CHECK_THROWS_WITH(random_invert(2), "random_invert: p must be in 0 ... 1, got 2");
  CHECK_THROWS_WITH(random_posterize(9), "random_posterize: bits must be in 0 ... 8, got 9");
  CHECK_THROWS_WITH(random_solarize(300), "random_solarize: threshold must be in 0 ... 256, got 300");
  CHECK_THROWS_WITH(color_jitter(-1), "color_jitter: brightness must be >= 0, got -1");
  CHECK_THROWS_WITH(color_jitter(0, 0, 0, 0.7),
                    "color_jitter: hue must be a range low <= high in -0.5 ... 0.5, got (-0.7, 0.7)");
  CHECK_THROWS_WITH(color_jitter(0, {2, 1}),
                    "color_jitter: contrast must be a range low <= high in 0 ... 1e6, got (2, 1)");
}
