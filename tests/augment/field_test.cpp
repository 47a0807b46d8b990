#include <troupe/augment/spec.hpp>
#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <cmath>

#include "../catch.hpp"
#include "reference.hpp"

using namespace troupe;

namespace {

struct seen {
  pixels result = pixels({1, 1, 1});
  std::vector<drawn> report;
};

seen with_fields(const std::vector<transform>& list, const pixels& p, bool fields = true) {
  const recipe prepare(list, {}, p.shape);
  seen s;
  scratch memory;
  std::vector<float> row(prepare.shape().bytes());
  REQUIRE(!prepare.run(raw(p), {.seed = 3}, row.data(), memory, &s.report, fields));
  s.result = as_bytes(row, prepare.shape());
  return s;
}

pixels stripes(image_shape shape) {
  pixels p(shape);
  for (std::size_t i = 0; i < p.data.size(); ++i) p.data[i] = std::uint8_t(i * 37 % 256);
  return p;
}

}  // namespace

TEST_CASE("the picture and the noise that is reported give the noisy picture", "[augment][field]") {
  for (const image_shape shape : {image_shape{9, 7, 3}, image_shape{8, 5, 1}}) {
    const pixels before = stripes(shape);
    const auto s = with_fields({gaussian_noise(0.02, 0.2)}, before);
    REQUIRE(s.report.at(0).fields.size() == 1);
    const drawn_field& noise = s.report[0].fields[0];
    CHECK(noise.name == "noise");
    CHECK(noise.shape == std::vector<std::int64_t>{shape.height, shape.width, shape.channels});
    for (std::size_t i = 0; i < before.data.size(); ++i) {
      const double sum = std::clamp(before.data[i] / 255.0 + double(noise.values[i]), 0.0, 1.0);
      REQUIRE(std::lround(sum * 255) == s.result.data[i]);
    }
  }
}

TEST_CASE("the displacement that is reported says where each pixel comes from", "[augment][field]") {
  const pixels before = stripes({24, 31, 3});
  const auto s = with_fields({elastic_transform(300, 4, interpolation::nearest)}, before);
  const drawn_field& field = s.report.at(0).fields.at(0);
  CHECK(field.name == "displacement");
  REQUIRE(field.shape == std::vector<std::int64_t>{2, 24, 31});
  int moved = 0;
  for (int y = 0; y < 24; ++y)
    for (int x = 0; x < 31; ++x) {
      const std::size_t at = std::size_t(y) * 31 + std::size_t(x);
      const double right = x + double(field.values[at]), low = y + double(field.values[at + 24 * 31]);
      if (std::abs(right - std::floor(right) - 0.5) < 1e-3 || std::abs(low - std::floor(low) - 0.5) < 1e-3) continue;
      const int from_x = int(std::lround(right)), from_y = int(std::lround(low));
      moved += from_x != x || from_y != y;
      const bool outside = from_x < 0 || from_x > 30 || from_y < 0 || from_y > 23;
      for (std::size_t c = 0; c < 3; ++c) {
        const int expected = outside ? 0 : before.data[(std::size_t(from_y) * 31 + std::size_t(from_x)) * 3 + c];
        REQUIRE(int(s.result.data[at * 3 + c]) == expected);
      }
    }
  CHECK(moved > 200);
}

TEST_CASE("the noise of an erased part is reported as it was painted", "[augment][field]") {
  const auto s = with_fields({random_erasing(1, {0.2, 0.3}, {1, 1}, std::nullopt)}, stripes({20, 20, 3}));
  const drawn_field& value = s.report.at(0).fields.at(0);
  CHECK(value.name == "value");
  const auto number = [&](std::size_t i) { return std::get<std::int64_t>(s.report[0].values[i].second); };
  REQUIRE(value.shape == std::vector<std::int64_t>{number(3), number(4), 3});
  for (std::int64_t i = 0; i < number(4) * 3; ++i) {
    const auto at = std::size_t(number(1) * 60 + number(2) * 3 + i);
    REQUIRE(std::lround(double(value.values[std::size_t(i)]) * 255) == s.result.data[at]);
  }
}

TEST_CASE("fields cost nothing where nobody asks, and change no pixel where somebody does", "[augment][field]") {
  const std::vector<transform> list{compose({gaussian_noise(), elastic_transform()}), random_erasing(1, {0.1, 0.2})};
  const pixels before = stripes({24, 24, 3});
  const auto without = with_fields(list, before, false), with = with_fields(list, before);
  CHECK(with.result.data == without.result.data);
  for (const drawn& d : without.report) CHECK(d.fields.empty());
  CHECK(with.report.at(1).fields.size() == 1);
  CHECK(with.report.at(2).fields.size() == 1);
  CHECK(with.report.at(3).fields.empty());  // one colour is no field
}
