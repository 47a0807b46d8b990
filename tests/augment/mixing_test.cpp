// What is done to whole batches, against plain double precision and torchvision's definitions.
#include <troupe/augment/mixing.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "../catch.hpp"

using namespace troupe;

namespace {

/// A batch of its own memory: row r has the values 100 r, 100 r + 1 …, its label is class r % classes.
struct whole_batch {
  explicit whole_batch(std::size_t rows, image_shape shape, std::size_t classes = 3, row_format format = {})
      : images(rows * shape.bytes()), labels(rows * classes) {
    view = {.rows = rows, .shape = shape, .format = format, .images = images.data(), .classes = classes};
    view.labels = labels.data();
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t i = 0; i < shape.bytes(); ++i) images[r * shape.bytes() + i] = float(100 * r + i);
      labels[r * classes + r % classes] = 1;
    }
  }
  std::vector<drawn> run(const std::vector<batch_transform>& list, std::uint64_t number = 0, std::uint64_t seed = 7) {
    const batch_recipe recipe(list);
    std::vector<std::byte> memory(recipe.scratch_bytes(view.row_bytes(), view.classes));
    std::vector<drawn> report;
    recipe.run(view, seed, 0, number, memory.data(), &report);
    return report;
  }
  std::vector<float> images, labels;
  batch_rows view;
};

double lambda_in(const drawn& d) { return std::get<double>(d.values.at(0).second); }
std::int64_t whole_in(const drawn& d, std::size_t i) { return std::get<std::int64_t>(d.values.at(i).second); }

}  // namespace

TEST_CASE("mixup mixes every row with the one before it, and the first with the last", "[augment][mixing]") {
  const whole_batch before(5, {2, 3, 1});
  auto b = before;
  b.view.images = b.images.data();
  b.view.labels = b.labels.data();
  const auto report = b.run({mixup(0.4)});
  REQUIRE(report.at(0).op == "mixup");
  const double lambda = lambda_in(report[0]);
  REQUIRE(lambda >= 0);
  REQUIRE(lambda <= 1);
  const auto expect = [&](const std::vector<float>& was, const std::vector<float>& is, std::size_t n) {
    for (std::size_t i = 0; i < was.size(); ++i) {
      const auto other = (i + was.size() - n) % was.size();
      const double right = lambda * double(was[i]) + (1 - lambda) * double(was[other]);
      REQUIRE(std::abs(is[i] - right) <= 1e-6 * std::max(1.0, std::abs(right)));
    }
  };
  expect(before.images, b.images, 6);
  expect(before.labels, b.labels, 3);
}

TEST_CASE("cutmix takes a rectangle and as much of the label from the row before", "[augment][mixing]") {
  for (const bool last : {false, true}) {
    for (std::uint64_t number = 0; number < 40; ++number) {
      const image_shape shape{7, 9, 3};
      whole_batch b(4, shape, 4, {.channels_last = last});
      const auto was = b.images;
      const auto d = b.run({cutmix(1)}, number).at(0);
      const auto top = whole_in(d, 1), left = whole_in(d, 2), height = whole_in(d, 3), width = whole_in(d, 4);
      REQUIRE(lambda_in(d) == 1 - double(height * width) / 63);
      for (std::size_t i = 0; i < was.size(); ++i) {
        const auto in_row = std::int64_t(i % shape.bytes());
        const auto pixel = last ? in_row / 3 : in_row % 63;
        const auto y = pixel / 9, x = pixel % 9;
        const bool cut = y >= top && y < top + height && x >= left && x < left + width;
        REQUIRE(b.images[i] == was[cut ? (i + was.size() - shape.bytes()) % was.size() : i]);
      }
      for (std::size_t r = 0; r < 4; ++r) {
        REQUIRE(std::abs(b.view.label(r)[r] - lambda_in(d)) < 1e-6);
        REQUIRE(std::abs(b.view.label(r)[(r + 3) % 4] - (1 - lambda_in(d))) < 1e-6);
      }
    }
  }
}

TEST_CASE("mixed labels sum to one, whatever is done to them", "[augment][mixing][law]") {
  const std::vector<std::vector<batch_transform>> lists{
      {mixup(0.2)},
      {cutmix(1, draw_for::sample)},
      {random_choice({mixup(0.8, draw_for::sample), cutmix()}, {1, 3}), label_smoothing(0.1)}};
  for (const auto& list : lists) {
    for (std::uint64_t number = 0; number < 20; ++number) {
      whole_batch b(6, {4, 4, 3}, 5);
      b.run(list, number);
      for (std::size_t r = 0; r < 6; ++r)
        REQUIRE(std::abs(std::accumulate(b.view.label(r), b.view.label(r) + 5, 0.0) - 1) < 1e-6);
    }
  }
}

TEST_CASE("a batch of one row is mixed with itself and stays what it is", "[augment][mixing]") {
  for (const auto& t : {mixup(1), cutmix(1)}) {
    whole_batch b(1, {3, 3, 1});
    const auto was = b.images;
    b.run({t});
    for (std::size_t i = 0; i < was.size(); ++i) REQUIRE(std::abs(b.images[i] - was[i]) < 1e-6);
    REQUIRE(std::abs(b.labels[0] - 1) < 1e-6);
  }
}

TEST_CASE("what a batch draws follows from seed, epoch and number alone", "[augment][mixing][law]") {
  whole_batch a(3, {2, 2, 1}), b(3, {2, 2, 1}), c(3, {2, 2, 1}), d(3, {2, 2, 1});
  REQUIRE(a.run({mixup(1)}, 4)[0].values == b.run({mixup(1), label_smoothing(0)}, 4)[0].values);
  REQUIRE(a.images == b.images);
  REQUIRE(lambda_in(c.run({mixup(1)}, 5)[0]) != lambda_in(d.run({mixup(1)}, 5, 8)[0]));
}

TEST_CASE("lambda has the mean and the variance of a beta distribution", "[augment][mixing][law]") {
  for (const double alpha : {0.2, 1.0, 4.0}) {
    double sum = 0, squares = 0;
    constexpr int n = 4000;
    for (int i = 0; i < n; ++i) {
      whole_batch b(1, {1, 1, 1});
      const double lambda = lambda_in(b.run({mixup(alpha)}, std::uint64_t(i))[0]);
      sum += lambda;
      squares += lambda * lambda;
    }
    const double mean = sum / n, variance = squares / n - mean * mean, wanted = 1 / (4 * (2 * alpha + 1));
    REQUIRE(std::abs(mean - 0.5) < 0.03);
    REQUIRE(std::abs(variance - wanted) < 0.1 * wanted);
  }
}

TEST_CASE("drawn for each sample, every row reports its own", "[augment][mixing]") {
  whole_batch b(4, {2, 2, 1});
  const auto d = b.run({mixup(1, draw_for::sample)})[0];
  const auto text = std::get<std::string>(d.values[0].second);
  REQUIRE(std::count(text.begin(), text.end(), ',') == 3);
  // No two rows are mixed alike: the distance to the next row would be 100.
  REQUIRE(b.images[8] - b.images[4] != b.images[12] - b.images[8]);
}

TEST_CASE("uint8 is mixed to the nearest value, bfloat16 to the nearest even", "[augment][mixing]") {
  const batch_recipe recipe({mixup(1)});
  for (std::uint64_t number = 0; number < 30; ++number) {
    std::array<std::uint8_t, 4> bytes{0, 255, 17, 130};
    std::array<std::uint16_t, 4> halves{0x0000, 0x3f80, 0x3e00, 0xbf40};  // 0, 1, 0.125, -0.75
    std::array<float, 8> labels{1, 0, 0, 1};
    std::vector<std::byte> memory(256);
    std::vector<drawn> report;
    const auto was = bytes;
    const std::array<double, 4> values{0, 1, 0.125, -0.75};
    batch_rows b{
        .rows = 2, .shape = {1, 2, 1}, .format = {.type = element::uint8}, .images = bytes.data(), .classes = 2};
    b.labels = labels.data();
    recipe.run(b, 1, 0, number, memory.data(), &report);
    b.format.type = element::bfloat16;
    b.images = halves.data();
    recipe.run(b, 1, 0, number, memory.data());
    const double lambda = lambda_in(report[0]);
    for (std::size_t i = 0; i < 4; ++i) {
      const double right = lambda * was[i] + (1 - lambda) * was[(i + 2) % 4];
      REQUIRE(std::abs(bytes[i] - right) <= 0.5 + 1e-4);
      const double value = lambda * values[i] + (1 - lambda) * values[(i + 2) % 4];
      REQUIRE(std::abs(std::bit_cast<float>(std::uint32_t(halves[i]) << 16) - value) <= std::abs(value) / 256 + 1e-6);
    }
  }
}

TEST_CASE("only what mixes takes rows that are not converted yet", "[augment][mixing]") {
  const batch_transform own("own", [](const batch_rows&, generator&) {});
  REQUIRE(batch_recipe({mixup(1), own}).converts());
  REQUIRE_FALSE(batch_recipe({own, mixup(1)}).converts());
  REQUIRE_FALSE(batch_recipe({label_smoothing(0.1), mixup(1)}).converts());
  REQUIRE_FALSE(batch_recipe({random_choice({mixup(1), own})}).converts());
  REQUIRE_FALSE(batch_recipe().converts());
  std::array<float, 4> images{}, labels{};
  batch_rows b{.rows = 1, .shape = {2, 2, 1}, .images = images.data(), .classes = 4};
  b.labels = labels.data();
  const row_target floats, bytes{.format = {.type = element::uint8}};
  REQUIRE_THROWS_AS(batch_recipe({own, mixup(1)}).run(b, 1, 0, 0, nullptr, nullptr, &floats), std::invalid_argument);
  REQUIRE_THROWS_AS(batch_recipe({mixup(1)}).run(b, 1, 0, 0, nullptr, nullptr, &bytes), std::invalid_argument);
}

TEST_CASE("wrong mixing is refused where it is written, and prints itself where it is right", "[augment][mixing]") {
  REQUIRE_THROWS_WITH(mixup(0), "mixup: alpha must be above 0 and at most 1000000, got 0");
  REQUIRE_THROWS_WITH(cutmix(-1), "cutmix: alpha must be above 0 and at most 1000000, got -1");
  REQUIRE_THROWS_WITH(label_smoothing(1), "label_smoothing: epsilon must be at least 0 and below 1, got 1");
  REQUIRE_THROWS_WITH(random_choice(std::vector<batch_transform>{}),
                      "random_choice: transforms must be at least one, got none");
  REQUIRE_THROWS_WITH(random_choice({mixup(), cutmix()}, {1.0}),
                      "random_choice: p must be 2 weights >= 0, not all 0, got 1");
  REQUIRE(random_choice({mixup(0.2), cutmix(1, draw_for::sample)}).to_string() ==
          "random_choice([mixup(alpha=0.2), cutmix(alpha=1, draw_for=sample)])");
  REQUIRE_THROWS_WITH(batch_transform("", [](const batch_rows&, generator&) {}), Catch::Contains("name"));
}
