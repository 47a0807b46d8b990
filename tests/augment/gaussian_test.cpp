#include <troupe/augment/gaussian.hpp>
#include <troupe/augment/transforms.hpp>

#include <cmath>

#include "../catch.hpp"
#include "warp_reference.hpp"

using namespace troupe;

namespace {

/// The two-dimensional sum in double precision, mirrored by walking back from the edge.
std::vector<double> blurred(const pixels& p, int across, int down, double sigma) {
  const auto fold = [](int i, int n) {
    while (n > 1 && (i < 0 || i >= n)) i = i < 0 ? -i : 2 * n - 2 - i;
    return n > 1 ? i : 0;
  };
  const auto density = [&](int i) { return std::exp(-i * i / (2 * sigma * sigma)); };
  const auto [height, width, channels] = p.shape;
  std::vector<double> out;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < channels; ++c) {
        double sum = 0, weight = 0;
        for (int j = -(down / 2); j <= down / 2; ++j)
          for (int i = -(across / 2); i <= across / 2; ++i) {
            const double w = density(i) * density(j);
            sum += w * p.at(fold(y + j, height), fold(x + i, width), c);
            weight += w;
          }
        out.push_back(sum / weight);
      }
  return out;
}

}  // namespace

TEST_CASE("gaussian_blur is the sum that defines it, rounded to nearest", "[augment]") {
  for (const auto& [across, down] : {std::pair{1, 1}, {3, 3}, {9, 5}, {23, 23}})
    for (const auto& [height, width] : {std::pair{24, 31}, {3, 50}, {1, 1}, {2, 7}})
      for (int channels : {1, 3})
        for (const pixels& p : test_images(height, width, channels)) {
          std::vector<drawn> report;
          const pixels got = result_of(gaussian_blur(std::pair(across, down), {0.3, 3}), p, 1, &report);
          const auto want = blurred(p, across, down, number_of(report, "sigma"));
          for (std::size_t i = 0; i < want.size(); ++i) REQUIRE(std::abs(got.data[i] - want[i]) <= 0.501);
        }
}

TEST_CASE("a blur of one pixel, or of no width, changes nothing", "[augment]") {
  const pixels p = photograph(20, 33, 3, 1);
  CHECK(result_of(gaussian_blur(1), p).data == p.data);
  CHECK(result_of(gaussian_blur(9, {0.01, 0.01}), p).data == p.data);
}

TEST_CASE("sigma is drawn uniformly", "[augment]") {
  const pixels p = photograph(3, 3, 1, 1);
  std::array<int, 4> quarters{};
  for (std::uint64_t i = 0; i < 4000; ++i) {
    std::vector<drawn> report;
    result_of(gaussian_blur(3, {1, 3}), p, i, &report);
    const double sigma = number_of(report, "sigma");
    REQUIRE((sigma >= 1 && sigma <= 3));
    ++quarters[std::size_t(std::min(3.9, (sigma - 1) * 2))];
  }
  for (int c : quarters) CHECK(std::abs(c - 1000) < 110);  // 4 standard deviations
}

TEST_CASE("gaussian_noise is normal, with the mean and sigma that it was given", "[augment]") {
  const int side = 300, n = side * side * 3;
  pixels grey({side, side, 3});
  grey.data.assign(grey.data.size(), 128);
  for (const auto& [mean, sigma] : {std::pair{0.0, 0.1}, {0.05, 0.02}, {-0.1, 0.08}}) {
    const pixels got = result_of(gaussian_noise(mean, sigma), grey, 2);
    double sum = 0, squares = 0;
    int within_one = 0, within_two = 0;
    for (std::uint8_t v : got.data) {
      const double z = (v - 128 - 255 * mean) / (255 * sigma);
      sum += z;
      squares += z * z;
      within_one += std::abs(z) < 1;
      within_two += std::abs(z) < 2;
    }
    const double rounding = 1.0 / 12 / (255 * sigma * 255 * sigma), step = 0.5 / (255 * sigma);
    CHECK(std::abs(sum / n) < 0.008);  // 4 standard deviations
    CHECK(std::abs(squares / n - 1 - rounding) < 0.012);
    CHECK(std::abs(double(within_one) / n - 0.6827) < 0.004 + 0.49 * step);
    CHECK(std::abs(double(within_two) / n - 0.9545) < 0.002 + 0.11 * step);
  }
}

TEST_CASE("gaussian_noise is cut off at black and white, or wraps around", "[augment]") {
  pixels white({50, 51, 1});
  white.data.assign(white.data.size(), 250);
  int saturated = 0, dark = 0;
  for (std::uint8_t v : result_of(gaussian_noise(0, 0.1), white).data) saturated += v == 255, dark += v < 100;
  CHECK(saturated > 800);
  CHECK(dark == 0);
  for (std::uint8_t v : result_of(gaussian_noise(0, 0.1, false), white).data) dark += v < 100;
  CHECK(dark > 800);
  CHECK(result_of(gaussian_noise(0, 0), white).data == white.data);
  CHECK(result_of(gaussian_noise(5.0 / 255, 0), white).data == std::vector<std::uint8_t>(50 * 51, 255));
}

TEST_CASE("the same key gives the same blur and the same noise", "[augment]") {
  const pixels p = photograph(30, 41, 3, 1);
  for (const transform& t : {gaussian_blur(7), gaussian_noise()}) {
    CHECK(result_of(t, p, 1).data == result_of(t, p, 1).data);
    CHECK(result_of(t, p, 1).data != result_of(t, p, 2).data);
  }
}

TEST_CASE("wrong Gaussians are refused where they are written", "[augment]") {
  CHECK(refusal([] { gaussian_blur(4); }) == "gaussian_blur: kernel_size must be odd, in 1 ... 1023, got 4");
  CHECK(refusal([] {
          gaussian_blur(3, {0, 1});
        }) == "gaussian_blur: sigma must be 0 < low <= high <= 1000, got (0, 1)");
  CHECK(refusal([] { gaussian_noise(11); }) == "gaussian_noise: mean must be in -10 ... 10, got 11");
  CHECK(refusal([] { gaussian_noise(0, -1); }) == "gaussian_noise: sigma must be in 0 ... 10, got -1");
}
