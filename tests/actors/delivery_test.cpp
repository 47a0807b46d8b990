// Which finished batch comes next: that of the plan, or whichever is there.
#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include "../catch.hpp"
#include "rig.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

pipeline with(delivery order, int buffers = 4) {
  return pipeline{}
      .load(pixels(50), {.shuffle = true, .seed = 3, .epochs = 3})
      .augment({resize({1, 1})}, {.chunk = 2})
      .batch({.size = 8, .order = order, .buffers = buffers})
      .budget({.cpus = 2});
}

using content = std::map<std::pair<std::uint64_t, std::uint64_t>, std::vector<std::int64_t>>;

content in_any_order(const std::vector<seen>& all) {
  content c;
  for (const auto& s : all) REQUIRE(c.emplace(std::pair(s.epoch, s.number), s.indices).second);
  return c;
}

}  // namespace

TEST_CASE("an empty batch has no rows and refuses to be asked for more, and so does one that was moved from",
          "[actors]") {
  rig r(with(delivery::in_order));
  auto full = r.pull();
  REQUIRE(full);
  REQUIRE_THROWS_WITH(full->field(3), "batch: field must be < 3, got 3");
  auto elsewhere = std::move(*full);
  REQUIRE(elsewhere.rows() == 8);
  for (const batch& b : {batch(), *full}) {
    REQUIRE_FALSE(b);
    REQUIRE(b.rows() == 0);
    REQUIRE_THROWS_AS(b.images(), std::logic_error);
    REQUIRE_THROWS_AS(b.labels(), std::logic_error);
    REQUIRE_THROWS_AS(b.field("masks"), std::logic_error);
    REQUIRE_THROWS_AS(b.fields(), std::logic_error);
    REQUIRE_THROWS_AS(b.number(), std::logic_error);
    REQUIRE_THROWS_AS(b.last(), std::logic_error);
    b.accept();
    b.drop(skip_reason::left);
  }
}

TEST_CASE("batches that are delivered when they are ready are those of the plan, each once", "[actors][law]") {
  rig planned(with(delivery::in_order));
  const auto plan = in_any_order(planned.pull_all());
  bool other_order = false;
  for (std::uint32_t order = 1; order <= 40; ++order) {
    rig r(with(delivery::ready), order);
    std::vector<seen> all;
    std::uint64_t last_flags = 0;
    while (auto b = r.pull()) {
      all.push_back(test::read(*b));
      if (b->last()) REQUIRE(all.size() == 7 * ++last_flags);
    }
    r.settle();
    REQUIRE(last_flags == 3);
    REQUIRE(in_any_order(all) == plan);
    REQUIRE(std::is_sorted(all.begin(), all.end(), [](const seen& a, const seen& b) { return a.epoch < b.epoch; }));
    for (std::size_t i = 0; i < all.size(); ++i) other_order = other_order || all[i].number != i % 7;
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.over()->dispositions.delivered == 150);
  }
  REQUIRE(other_order);
}

TEST_CASE("a cursor of ready batches stands before the first that is missing", "[actors][law]") {
  for (std::uint32_t order = 1; order <= 20; ++order) {
    rig r(with(delivery::ready), order);
    std::set<std::uint64_t> taken;
    while (auto b = r.pull()) {
      taken.insert(b->epoch() * 7 + b->number());
      const auto at = r.state().stands_at();
      std::uint64_t missing = 0;
      while (taken.count(missing) > 0) ++missing;
      REQUIRE(at.epoch * 7 + at.batch == missing);
    }
  }
}

TEST_CASE("a slow sample delays its own batch alone where ready ones are delivered first", "[actors]") {
  for (const auto order : {delivery::in_order, delivery::ready}) {
    rig r(with(order));
    while (r.hired() < 2) r.run(1);
    r.freeze(0);
    std::set<std::uint64_t> numbers;
    while (auto b = r.pull()) numbers.insert(b->number());
    if (order == delivery::ready) REQUIRE(!numbers.empty());
    if (order == delivery::in_order) REQUIRE(numbers.count(6) == 0);
    r.thaw(0);
    while (auto b = r.pull()) {}
    r.settle();
    REQUIRE(r.over());
    REQUIRE(r.over()->dispositions.delivered == 150);
  }
}

TEST_CASE("a trainer sees whole epochs whatever the order, evaluations after them", "[actors]") {
  for (std::uint32_t order = 1; order <= 20; ++order) {
    auto book = std::make_shared<tally_book>();
    rig r(with(delivery::ready).train(counting(book), {.epochs = 2}).evaluate(pixels(20), {resize({1, 1})}), order);
    r.settle();
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->epochs.size() == 2);
    for (const auto& e : r.over()->epochs) REQUIRE(e.test_accuracy);
    REQUIRE(book->trained.size() == 14);
    REQUIRE(book->evaluated.size() == 6);
  }
}

TEST_CASE("the plan says that the order depends on time", "[pipeline]") {
  REQUIRE_THAT(with(delivery::ready).describe(), Catch::Contains("delivered as they are finished"));
  REQUIRE(with(delivery::in_order).describe().find("finished") == std::string::npos);
}
