// Several rows of one sample: which of them stand where, and what becomes of them where one is bad.
#include <map>

#include "../catch.hpp"
#include "rig.hpp"

using namespace troupe;
using namespace troupe::test;

TEST_CASE("the views of a sample are rows in a row, whatever the interleaving", "[actors][law]") {
  for (std::uint32_t order = 0; order <= 20; ++order) {
    rig r(pipeline{}
              .load(pixels(13), {.shuffle = true, .seed = 3, .epochs = 2})
              .augment({ten_crop(1)}, {.chunk = 3})
              .batch({.size = 20})
              .budget({.cpus = int(1 + order % 3)}),
          order);
    std::map<std::int64_t, int> times;
    while (auto b = r.pull()) {
      const auto s = test::read(*b);
      REQUIRE(s.indices.size() % 10 == 0);
      for (std::size_t i = 0; i < s.indices.size(); ++i) {
        REQUIRE(s.indices[i] == s.indices[i / 10 * 10]);
        ++times[s.indices[i]];
      }
    }
    r.settle();
    REQUIRE(times.size() == 13);
    for (const auto& [index, n] : times) REQUIRE(n == 20);
    REQUIRE(r.over()->dispositions.delivered == 260);
    REQUIRE(r.over()->dispositions.balanced());
  }
}

TEST_CASE("a bad sample is replaced in all of its views by the same one", "[actors]") {
  rig r(pipeline{}
            .load(files(12), {.shuffle = true, .seed = 3, .epochs = 1})
            .augment({five_crop(1)})
            .batch({.size = 10}));
  r.disk().missing = {4};
  while (auto b = r.pull()) {
    const auto s = test::read(*b);
    for (std::size_t i = 0; i < s.indices.size(); ++i) REQUIRE(s.indices[i] == s.indices[i / 5 * 5]);
  }
  r.settle();
  REQUIRE(r.over()->dispositions.replaced == 5);
}

TEST_CASE("an evaluation delivers whole samples alone, and counts each once", "[actors]") {
  auto book = std::make_shared<tally_book>();
  rig r(pipeline{}
            .load(files(8), {.epochs = 1})
            .augment({resize({1, 1})})
            .batch({.size = 10})
            .train(counting(book), {.epochs = 1})
            .evaluate(files(7), {five_crop(1)}));
  r.disk().missing = {2};
  r.settle();
  REQUIRE(r.over()->how == ending::completed);
  std::size_t rows = 0;
  for (const auto& s : book->evaluated) {
    REQUIRE(s.labels.size() % 5 == 0);
    rows += s.labels.size();
  }
  REQUIRE(rows == 30);
  REQUIRE(r.over()->dispositions.skipped(skip_reason::unreadable) == 5);
  REQUIRE(r.over()->dispositions.balanced());
}

TEST_CASE("a batch that would cut a sample's views apart is refused", "[pipeline]") {
  REQUIRE_THROWS_WITH(pipeline{}.load(pixels(4)).augment({ten_crop(1)}).batch({.size = 64}).settings(),
                      "batch: size must be a multiple of 10, the views of a sample, got 64");
}
