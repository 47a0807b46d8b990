// Short streams whose end is met by whoever looks for a stand-in; and labels that come with a stream alone.
#include "../catch.hpp"
#include "numbers.hpp"

using namespace troupe;
using namespace troupe::test;

TEST_CASE("a short stream with a bad sample comes to its end, wherever that is met", "[actors][law][stream]") {
  for (const bool shuffled : {false, true}) {
    for (std::uint64_t n = 2; n <= 20; ++n) {
      for (std::uint64_t bad = 0; bad < n; ++bad) {
        for (const std::size_t size : {std::size_t{1}, std::size_t{4}, std::size_t(n - 1)}) {
          rig r(pipeline{}
                    .load(numbers({.n = n, .empty = {bad}}, {.window = 4}), {.shuffle = shuffled, .epochs = 2})
                    .batch({.size = size, .buffers = 1})
                    .budget({.cpus = 1}));
          CAPTURE(shuffled, n, bad, size);
          std::uint64_t rows = 0;
          for (const auto& b : r.pull_all()) rows += b.indices.size();
          expect_nothing_left(r);
          REQUIRE(r.over()->how == ending::completed);
          REQUIRE(rows == 2 * n);
          REQUIRE(r.over()->dispositions.replaced == 2);
        }
      }
    }
  }
}

TEST_CASE("a label in columns stays with its sample when a stage makes a new item of it", "[actors][stream][stage]") {
  const auto count = [] {
    return [n = 0]() mutable -> std::optional<yielded> {
      if (n == 12) return std::nullopt;
      yielded y({std::uint8_t(n)}, 0);
      y.values = {float(n++), 1};
      return y;
    };
  };
  auto run =
      pipeline{}
          .load(generated(count, {.classes = {"a", "b"}, .labels = label_kind::values, .shape = image_shape{1, 1, 1}}),
                {.epochs = 1})
          .stage("made anew",
                 [](encoded item) {
                   encoded made;
                   made.hold({item.bytes.begin(), item.bytes.end()});
                   made.raw = item.raw;
                   return made;
                 })
          .batch({.size = 5})
          .start();
  float next = 0;
  for (const batch& b : run.epoch()) {
    for (std::uint32_t row = 0; row < b.rows(); ++row) {
      REQUIRE(b.labels().as<float>()[2 * row] == next++);
      REQUIRE(b.labels().as<float>()[2 * row + 1] == 1);
    }
  }
  REQUIRE(next == 12);
  REQUIRE(run.wait().ok());
}
