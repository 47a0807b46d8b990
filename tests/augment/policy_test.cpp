#include <troupe/augment/distributions.hpp>
#include <troupe/augment/policy_operation.hpp>
#include <troupe/augment/transforms.hpp>

#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "../catch.hpp"
#include "reference.hpp"

using namespace troupe;
using op = policy_operation;

namespace {

/// The operations that a run reports, and their magnitudes.
std::vector<std::pair<std::string, double>> operations(const drawn& d) {
  std::vector<std::pair<std::string, double>> all;
  for (const auto& [name, value] : d.values) {
    if (name.rfind("op_", 0) == 0) all.emplace_back(std::get<std::string>(value), 0);
    if (name.rfind("magnitude_", 0) == 0) all.back().second = std::get<double>(value);
  }
  return all;
}

drawn run_once(const transform& t, const pixels& p, std::uint64_t offset, pixels* shown = nullptr) {
  const recipe r({t}, {}, p.shape);
  std::vector<drawn> report;
  const auto row = run(r, raw(p), {.offset = offset}, &report);
  if (shown) *shown = as_bytes(row, p.shape);
  return report.at(0);
}

}  // namespace

TEST_CASE("magnitudes are those of torchvision", "[augment][policy]") {
  const extent size{100, 331};
  const policy_strength rand{.bins = 31}, search{.bins = 10},
      wide{.bins = 31, .shear = 0.99, .translate = 32, .translate_pixels = true, .degrees = 135, .posterize_by = 6};
  CHECK(rand.magnitude(op::shear_x, 30, size) == Approx(0.3));
  CHECK(rand.magnitude(op::translate_x, 9, size) == Approx(45));
  CHECK(rand.magnitude(op::translate_y, 30, size) == Approx(100 * 150.0 / 331));
  CHECK(rand.magnitude(op::rotate, 9, size) == Approx(9));
  CHECK(rand.magnitude(op::color, 15, size) == Approx(0.45));
  CHECK(rand.magnitude(op::solarize, 9, size) == Approx(178.5));
  const int posterized[] = {8, 8, 7, 7, 6, 6, 5, 5, 4, 4};  // 8 - round(i / 2.25), ties to even
  for (int i = 0; i < 10; ++i) CHECK(search.magnitude(op::posterize, i, size) == posterized[i]);
  CHECK(wide.magnitude(op::translate_x, 30, size) == Approx(32));
  CHECK(wide.magnitude(op::posterize, 30, size) == 2);
  CHECK(wide.magnitude(op::equalize, 30, size) == 0);
}

TEST_CASE("rand_augment takes its operations evenly, signs by a coin", "[augment][policy]") {
  const pixels p = photograph(20, 24, 3, 1);
  std::map<std::string, int> seen;
  int negative = 0, signed_ones = 0;
  for (std::uint64_t offset = 0; offset < 1400; ++offset) {
    const auto all = operations(run_once(rand_augment(2, 9), p, offset));
    REQUIRE(all.size() == 2);
    for (const auto& [name, magnitude] : all) {
      ++seen[name];
      if (name == "Rotate") {
        CHECK(std::abs(magnitude) == Approx(9));
        ++signed_ones;
        negative += magnitude < 0;
      }
    }
  }
  CHECK(seen.size() == 14);
  for (const auto& [name, n] : seen) CHECK(std::abs(n - 200) < 60);
  CHECK(std::abs(2 * negative - signed_ones) < 60);
}

TEST_CASE("trivial_augment_wide takes one operation of any strength", "[augment][policy]") {
  const pixels p = photograph(20, 24, 3, 1);
  double most = 0;
  for (std::uint64_t offset = 0; offset < 1500; ++offset) {
    const auto all = operations(run_once(trivial_augment_wide(), p, offset));
    REQUIRE(all.size() == 1);
    if (all[0].first == "Rotate") most = std::max(most, std::abs(all[0].second));
  }
  CHECK(most <= 135);
  CHECK(most > 120);
}

TEST_CASE("auto_augment's operations happen at the rates of its tables", "[augment][policy]") {
  const pixels p = photograph(16, 16, 3, 1);
  for (const char* policy : {"imagenet", "cifar10", "svhn"}) {
    std::map<std::int64_t, int> chosen;
    std::map<std::string, int> seen;
    for (std::uint64_t offset = 0; offset < 2500; ++offset) {
      const drawn d = run_once(auto_augment(policy), p, offset);
      ++chosen[std::get<std::int64_t>(d.values.at(0).second)];
      for (const auto& [name, magnitude] : operations(d)) ++seen[name];
    }
    CHECK(chosen.size() == 25);
    for (const auto& [number, n] : chosen) CHECK(std::abs(n - 100) < 50);
    // Equalize of "imagenet": 0.8 + 0.6 + 0.4 + 0.4 + 0.6 + 1 + 0.6 + 0.6 + 0.8 + 1 + 1 + 0.6 + 0.4 + 1 + 0.8 + 0.6
    if (policy == std::string("imagenet")) CHECK(std::abs(seen["Equalize"] - 1120) < 110);
  }
  CHECK_THROWS_WITH(auto_augment("imagnet"), "auto_augment: no policy is called 'imagnet'; did you mean 'imagenet'?");
}

TEST_CASE("aug_mix is a mean of the picture and its chains", "[augment][policy]") {
  pixels flat({12, 9, 3});
  std::fill(flat.data.begin(), flat.data.end(), std::uint8_t(80));
  const pixels p = photograph(24, 31, 3, 1);
  double kept = 0;
  for (std::uint64_t offset = 0; offset < 300; ++offset) {
    pixels shown({24, 31, 3});
    const drawn d = run_once(aug_mix(3, 3), p, offset, &shown);
    double sum = std::get<double>(d.values.at(0).second);
    CHECK((sum >= 0 && sum <= 1));
    kept += sum / 300;
    for (const auto& [name, value] : d.values)
      if (name.rfind("weight_", 0) == 0) sum += std::get<double>(value);
    CHECK(sum == Approx(1).margin(1e-6));
    const auto n = operations(d).size();
    CHECK((n >= 3 && n <= 9));
  }
  CHECK(kept == Approx(0.5).margin(0.06));  // uniform where alpha is 1
  pixels shown(flat.shape);
  for (std::uint64_t offset = 0; offset < 20; ++offset) {
    run_once(aug_mix(1, 2, 1, 1e-3, false), flat, offset, &shown);  // no strength: as it was, up to black corners
    CHECK(std::abs(int(shown.at(6, 4, 0)) - 80) <= 1);
  }
}

TEST_CASE("policies stay within the scratch that was announced, and refuse wrong options", "[augment][policy]") {
  const bytes file = jpeg(photograph(120, 150, 3, 4));
  for (const transform& t :
       {rand_augment(5, 20), trivial_augment_wide(), auto_augment("cifar10"), aug_mix(10, 3, 4), three_augment()}) {
    const recipe r({random_resized_crop(64), t, normalize("imagenet")});
    const auto need = r.inspect({file, {}, {}});
    scratch memory;
    std::vector<float> row(r.shape().bytes());
    for (std::uint64_t offset = 0; offset < 100; ++offset) {
      const auto bad = r.run({file, {}, {}}, {.offset = offset}, row.data(), memory);
      INFO(t.to_string() << " " << bad.detail);
      REQUIRE(!bad);
      REQUIRE(memory.bytes() <= need.scratch_bytes);
    }
  }
  CHECK_THROWS_AS(rand_augment(2, 31), std::invalid_argument);
  CHECK_THROWS_AS(rand_augment(-1), std::invalid_argument);
  CHECK_THROWS_AS(trivial_augment_wide(1), std::invalid_argument);
  CHECK_THROWS_AS(aug_mix(11), std::invalid_argument);
  CHECK_THROWS_AS(aug_mix(3, 3, 0), std::invalid_argument);
  CHECK_THROWS_WITH(rand_augment(2, 9, 31, {.fill = 300}), "rand_augment: fill must be in 0 ... 255, got 300");
}

TEST_CASE("weights by Dirichlet sum to 1 and are as uneven as alpha says, however small it is", "[augment]") {
  for (const double alpha : {1e-9, 1e-3, 0.05, 1.0, 4.0, 1e5}) {
    INFO(alpha);
    generator g({.seed = 3}, 0);
    const int n = 20000;
    double squares = 0;
    std::array<double, 3> mean{};
    for (int i = 0; i < n; ++i) {
      std::array<double, 3> w{};
      dirichlet(g, alpha, w);
      REQUIRE(std::abs(std::accumulate(w.begin(), w.end(), 0.0) - 1) < 1e-12);
      for (std::size_t k = 0; k < 3; ++k) mean[k] += w[k] / n, squares += w[k] * w[k] / n;
    }
    for (const double m : mean) CHECK(std::abs(m - 1.0 / 3) < 0.0134);  // 4 standard deviations, at most
    CHECK(std::abs(squares - (alpha + 1) / (3 * alpha + 1)) < 0.008);
  }
}
