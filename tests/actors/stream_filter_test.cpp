// What a filter leaves out of a stream, whole samples and single views of them.
#include <troupe/augment/pixel_filter.hpp>

#include "../catch.hpp"
#include "delivered.hpp"
#include "numbers.hpp"

using namespace troupe;
using namespace troupe::test;

TEST_CASE("others of a stream take the place of what a filter leaves out, the same ones in any order",
          "[actors][law][stream][filter]") {
  for (const bool views : {false, true}) {
    std::string digest;
    for (std::uint32_t order = 0; order <= 40; ++order) {
      std::vector<transform> list{resize({4, 4})};
      if (views) list.push_back(five_crop(2));
      list.push_back(noise());  // no two views are alike
      list.push_back(filter("not a fourth", [](const image& i) { return i.data[0] % 4 != 0; }));
      rig r(pipeline{}
                .load(numbers({.n = 30, .as_files = true}, {.window = 8}), {.shuffle = true, .seed = 3, .epochs = 2})
                .augment(list, {.chunk = 3})
                .batch({.size = 20})
                .budget({.cpus = 1 + int(order % 3)})
                .output({.directory = {}, .digest = true}),
            order);
      r.disk().missing = {4};
      for (const auto& b : r.pull_all()) {
        for (std::size_t i = 0; views && i < b.indices.size(); ++i) REQUIRE(b.indices[i] == b.indices[i / 5 * 5]);
      }
      expect_nothing_left(r);
      REQUIRE(r.over()->how == ending::completed);
      REQUIRE(r.over()->dispositions.replaced > 5);
      if (digest.empty()) digest = r.over()->digest;
      REQUIRE(r.over()->digest == digest);
    }
  }
}

TEST_CASE("ten views of a sample of a stream stand together, also where it was replaced", "[actors][stream]") {
  for (std::uint32_t order = 0; order <= 20; ++order) {
    rig r(pipeline{}
              .load(numbers({.n = 12, .as_files = true}), {.shuffle = true, .seed = 3, .epochs = 1})
              .augment({five_crop(1)})
              .batch({.size = 10})
              .budget({.cpus = 2}),
          order);
    r.disk().missing = {4};
    for (const auto& s : r.pull_all()) {
      REQUIRE(s.indices.size() % 5 == 0);
      for (std::size_t i = 0; i < s.indices.size(); ++i) REQUIRE(s.indices[i] == s.indices[i / 5 * 5]);
    }
    expect_nothing_left(r);
    REQUIRE(r.over()->dispositions.replaced == 5);
    REQUIRE(r.over()->dispositions.delivered == 55);
  }
}
