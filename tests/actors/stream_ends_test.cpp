// Short streams whose end is met by whoever looks for a stand-in.
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
