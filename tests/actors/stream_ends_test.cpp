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

namespace {

// A hundred numbers, to be pulled one by one.
struct hundred {
  int at = 0;
  std::optional<yielded> operator()() {
    if (at == 100) return std::nullopt;
    return yielded({std::uint8_t(at++)}, 0);
  }
};
struct skipping : hundred {
  std::uint64_t skip(std::uint64_t n) {
    n = std::min<std::uint64_t>(n, std::uint64_t(100 - at));
    at += int(n);
    return n;
  }
};

template <class Numbers>
stream made_of() {
  return generated([] { return Numbers{}; }, {.classes = {"a"}, .shape = image_shape{1, 1, 1}});
}

}  // namespace

TEST_CASE("a place behind the end of a stream is the beginning of its next epoch, whether or not it can skip",
          "[actors][law][stream]") {
  for (const auto& from : {made_of<hundred>(), made_of<skipping>()}) {
    for (std::uint64_t batch = 0; batch < 400; batch += 5) {
      for (bool drop_last : {false, true}) {
        rig r(pipeline{}
                  .load(from, {.epochs = 2})
                  .batch({.size = 8, .drop_last = drop_last})
                  .budget({.cpus = 2})
                  .seek(0, batch),
              std::uint32_t(batch + 1));
        CAPTURE(batch, drop_last);
        const auto all = r.pull_all();
        expect_nothing_left(r);
        REQUIRE(r.over()->how == ending::completed);
        const std::uint64_t each = drop_last ? 12 : 13;
        REQUIRE(all.size() == each + (batch < each ? each - batch : 0));
      }
    }
  }
}

TEST_CASE("a training on a stream that yields nothing fails and says so", "[actors][stream]") {
  rig r(pipeline{}
            .load(numbers({.n = 0}), {.shuffle = true})
            .batch({.size = 4})
            .train(counting(std::make_shared<tally_book>()), {.epochs = 3}));
  r.settle();
  expect_nothing_left(r);
  REQUIRE(r.over()->how == ending::failed);
  REQUIRE(r.over()->reason.find("yielded nothing to train on; mend it") != std::string::npos);
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
