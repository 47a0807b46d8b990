// Mixing whole batches gives the same bits at every SIMD level, and whether rows were converted before or on the way.
#include <troupe/augment/blend_rows.hpp>
#include <troupe/augment/kernels.hpp>
#include <troupe/augment/mixing.hpp>
#include <troupe/augment/recipe.hpp>
#include <troupe/augment/shift_rows.hpp>
#include <troupe/augment/transforms.hpp>

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "../catch.hpp"

using namespace troupe;

TEST_CASE("rows are blended to the same bits at every SIMD level, whatever their number and length",
          "[augment][mixing][levels]") {
  generator random({.seed = 3}, 0);
  const auto blended = [](float is, float was, double weight) {
    const volatile float own = float(weight) * is, others = float(1 - weight) * was;  // each rounded on its own
    return own + others;
  };
  for (const std::size_t rows : {1, 2, 3, 4, 5, 9, 12}) {
    for (const std::size_t n : {1, 2, 5, 15, 16, 17, 33, 100}) {
      std::vector<double> weights(rows % 2 == 0 ? 1 : rows);
      for (double& w : weights) w = random.uniform(0, 1);
      std::vector<std::uint8_t> bytes(rows * n);
      std::vector<std::uint16_t> halves(rows * n);
      std::vector<float> floats(rows * n);
      for (std::size_t i = 0; i < rows * n; ++i) {
        bytes[i] = std::uint8_t(random());
        floats[i] = float(random.uniform(-3, 3));
        halves[i] = std::uint16_t(std::bit_cast<std::uint32_t>(floats[i]) >> 16);
      }
      auto right_bytes = bytes;
      auto right_halves = halves;
      auto right_floats = floats;
      for (std::size_t i = 0; i < rows * n; ++i) {
        const double w = weights[weights.size() == 1 ? 0 : i / n];
        const auto other = (i + rows * n - n) % (rows * n);
        right_floats[i] = blended(floats[i], floats[other], w);
        right_bytes[i] = std::uint8_t(blended(bytes[i], bytes[other], w) + 0.5F);
        const auto wide = [&](std::size_t at) { return std::bit_cast<float>(std::uint32_t(halves[at]) << 16); };
        const auto bits = std::bit_cast<std::uint32_t>(blended(wide(i), wide(other), w));
        right_halves[i] = std::uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
      }
      for (const std::string& level : kernels::levels()) {
        kernels::use(level);
        INFO(level << ", " << rows << " rows of " << n);
        std::vector<float> room(n);
        const auto same = [&](auto made, const auto& right, element type) {
          kernels::blend_rows(made.data(), rows, n, type, weights, room.data());
          return made == right;
        };
        CHECK(same(bytes, right_bytes, element::uint8));
        CHECK(same(halves, right_halves, element::bfloat16));
        CHECK(same(floats, right_floats, element::float32));
      }
      kernels::use("");
    }
  }
}

TEST_CASE("rows that are converted while they are mixed have the bits of those converted before, at every SIMD level",
          "[augment][mixing][levels][law]") {
  const std::vector<batch_transform> mixes = {mixup(1), mixup(1, draw_for::sample), cutmix(1),
                                              cutmix(1, draw_for::sample), random_choice({mixup(1), cutmix(1)})};
  generator random({.seed = 4}, 0);
  for (const auto& [height, width] : {std::pair{1, 1}, {3, 5}, {7, 33}, {16, 16}})
    for (const int channels : {1, 3})
      for (const row_format format :
           {row_format{}, {element::float32, true}, {element::bfloat16}, {element::bfloat16, true}}) {
        const image_shape shape{height, width, channels};
        const recipe ready({normalize(channels == 3 ? "imagenet" : "fashion")}, {}, shape, format);
        const recipe waiting = ready.unconverted();
        const std::size_t rows = 1 + random.below(6), bytes = shape.bytes() * size_of(format.type);
        std::vector<std::byte> converted(rows * bytes), held(rows * bytes);
        scratch memory;
        for (std::size_t r = 0; r < rows; ++r) {
          std::vector<std::uint8_t> pixels(shape.bytes());
          for (auto& v : pixels) v = std::uint8_t(random());
          REQUIRE(!ready.run({pixels, shape, {}}, {}, &converted[r * bytes], memory));
          REQUIRE(!waiting.run({pixels, shape, {}}, {}, &held[r * bytes], memory));
        }
        for (const auto& mix : mixes) {
          const batch_recipe whole({mix, label_smoothing(0.1)});
          REQUIRE(whole.converts());
          std::vector<std::byte> room(whole.scratch_bytes(bytes, 2));
          const auto mixed = [&](std::vector<std::byte> images, const row_target* conversion) {
            std::vector<float> labels(2 * rows, 0.5F);
            batch_rows b{.rows = rows, .shape = shape, .format = format, .images = images.data(), .classes = 2};
            b.labels = labels.data();
            whole.run(b, 1, 0, rows, room.data(), nullptr, conversion);
            return images;
          };
          const auto right = mixed(converted, nullptr);
          for (const std::string& level : kernels::levels()) {
            kernels::use(level);
            INFO(level << ", " << mix.to_string() << ", " << rows << " of " << height << "x" << width << "x"
                       << channels);
            CHECK(mixed(held, &ready.conversion()) == right);
          }
          kernels::use("");
        }
      }
}

TEST_CASE("a part of every row moves on at every SIMD level, whatever lies around it", "[augment][mixing][levels]") {
  generator random({.seed = 4}, 0);
  for (const std::size_t rows : {1, 3, 4, 9}) {
    for (const std::size_t bytes : {0, 1, 15, 33, 100, 271}) {
      const kernels::row_part part{.at = 7, .lines = 5, .bytes = bytes, .step = 300};
      const std::size_t row_bytes = 1'600;
      std::vector<std::byte> before(rows * row_bytes);
      for (auto& b : before) b = std::byte(random());
      auto right = before;
      for (std::size_t i = 0; i < before.size(); ++i) {
        const auto at = i % row_bytes, within = (at - part.at) % part.step;
        if (at >= part.at && within < bytes && (at - part.at) / part.step < part.lines)
          right[i] = before[(i + before.size() - row_bytes) % before.size()];
      }
      for (const std::string& level : kernels::levels()) {
        kernels::use(level);
        INFO(level << ", " << rows << " rows, lines of " << bytes);
        auto made = before;
        std::vector<std::byte> room(row_bytes);
        kernels::shift_rows(made.data(), rows, row_bytes, part, room.data());
        CHECK(made == right);
      }
      kernels::use("");
    }
  }
}
