// Which sample stands where, when it is not each of them once an epoch.
#include <troupe/pipeline/plan.hpp>
#include <troupe/pipeline/sampling.hpp>
#include <troupe/sources/concatenate.hpp>
#include <troupe/sources/slice.hpp>
#include <troupe/sources/subset.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>
#include <vector>

#include "../actors/cabinet.hpp"
#include "../catch.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

plan over(const dataset& data, const sampling& how, std::uint64_t seed = 7, std::uint64_t limit = 0) {
  return plan({.samples = data.size(),
               .batch_size = 10,
               .limit = limit,
               .seed = seed,
               .shuffle = true,
               .chosen_by = how.make(data, true)});
}

/// 300 samples whose classes have 200, 60, 30 and 10 of them; class 3 to 9 of `pixels` are not there.
dataset uneven() {
  std::vector<std::uint64_t> some;
  for (const auto& [label, n] : std::map<std::uint64_t, std::uint64_t>{{0, 200}, {1, 60}, {4, 30}, {9, 10}}) {
    for (std::uint64_t i = 0; i < n; ++i) some.push_back(10 * i + label);
  }
  return subset(pixels(2000), some);
}

std::string refusal(const sampling& how, const dataset& data) {
  try {
    how.make(data, true);
  } catch (const std::invalid_argument& e) { return e.what(); }
  return "accepted";
}

}  // namespace

TEST_CASE("by class, each round shows each class that has samples once, in another order", "[pipeline][law]") {
  const auto data = uneven();
  const auto p = over(data, by_class());
  std::set<std::vector<std::int64_t>> orders;
  for (std::uint64_t epoch = 0; epoch < 4; ++epoch) {
    const auto of = p.at(epoch);
    REQUIRE(of.positions == 300);
    for (std::uint64_t offset = 0; offset < 300; offset += 4) {
      std::vector<std::int64_t> round;
      for (std::uint64_t i = 0; i < 4; ++i) round.push_back(data->label(of.index(offset + i, 0)));
      orders.insert(round);
      std::sort(round.begin(), round.end());
      REQUIRE(round == std::vector<std::int64_t>{0, 1, 4, 9});
    }
  }
  CHECK(orders.size() == 24);
}

TEST_CASE("within a class or a part nothing comes again before all of it came, over the epochs", "[pipeline][law]") {
  const auto two = concatenate({pixels(50), pixels(7), pixels(300)});
  for (const auto& [data, p] :
       {std::pair{uneven(), over(uneven(), by_class())}, std::pair{two, over(two, by_part({0.2, 0.5, 0.3}))}}) {
    const auto ends = data->part_ends();
    std::map<std::int64_t, std::map<std::uint64_t, std::uint64_t>> shown;  // by group: how often each
    std::map<std::int64_t, std::uint64_t> size;
    const auto group = [&](std::uint64_t i) {
      return ends.size() > 1 ? std::upper_bound(ends.begin(), ends.end(), i) - ends.begin() : data->label(i);
    };
    for (std::uint64_t i = 0; i < data.size(); ++i) ++size[group(i)];
    for (std::uint64_t n = 0; n < 20 * data.size(); ++n) {
      const auto i = p.at(n / data.size()).index(n % data.size(), 0);
      auto& of = shown[group(i)];
      const auto laps = ++of[i];
      // Whoever is shown for the n-th time: all of its group were shown n - 1 times at least.
      if (laps > 1) {
        REQUIRE(of.size() == size[group(i)]);
        if (laps == of.begin()->second)
          for (const auto& other : of) REQUIRE(other.second + 1 >= laps);
      }
    }
    for (const auto& of : shown) {
      const auto [least, most] = std::minmax_element(of.second.begin(), of.second.end(),
                                                     [](const auto& a, const auto& b) { return a.second < b.second; });
      REQUIRE(most->second - least->second <= 1);
    }
  }
}

TEST_CASE("parts stand in proportion over any stretch, across epochs as well", "[pipeline][law]") {
  const auto data = concatenate({pixels(50), pixels(70)});
  const auto p = over(data, by_part({0.7, 0.3}));
  double off = 0, least = 0, most = 0;
  for (std::uint64_t n = 0; n < 5000; ++n) {
    off += (p.at(n / 120).index(n % 120, 0) < 50 ? 1 : 0) - 0.7;
    least = std::min(least, off);
    most = std::max(most, off);
  }
  CHECK(most - least < 1 + 1e-9);
}

TEST_CASE("by weight, positions draw by themselves in proportion", "[pipeline][law]") {
  std::vector<double> weights(100);
  for (std::size_t i = 0; i < 100; ++i) weights[i] = double(i % 5);
  const auto p = over(pixels(100), by_weight(weights), 3, 50'000);
  const auto of = p.at(1);
  REQUIRE(of.positions == 50'000);
  std::vector<double> count(100);
  for (std::uint64_t offset = 0; offset < of.positions; ++offset) ++count[of.index(offset, 0)];
  double chi = 0;
  for (std::size_t i = 0; i < 100; ++i) {
    const auto expected = 50'000 * weights[i] / 200;
    if (expected == 0) REQUIRE(count[i] == 0);
    if (expected > 0) chi += (count[i] - expected) * (count[i] - expected) / expected;
  }
  CHECK(std::abs(chi - 79) < 4 * std::sqrt(2 * 79.0));
}

TEST_CASE("a replacement is of the same class or part, or drawn by the same weights", "[pipeline][law]") {
  const auto data = uneven();
  const auto classes = over(data, by_class()).at(2);
  for (std::uint64_t offset = 0; offset < 300; ++offset) {
    for (std::uint32_t attempt = 1; attempt <= 8; ++attempt)
      REQUIRE(data->label(classes.index(offset, attempt)) == data->label(classes.index(offset, 0)));
  }
  // One class in four has ten samples: its hopeless positions find the other classes in equal shares.
  std::map<std::int64_t, int> late;
  for (std::uint64_t offset = 0; offset < 300; ++offset) {
    for (std::uint32_t attempt = 9; attempt <= 16; ++attempt) ++late[data->label(classes.index(offset, attempt))];
  }
  for (const auto& of : late) CHECK(std::abs(of.second - 600) < 5 * std::sqrt(450.0));

  std::vector<double> weights(100, 0.0);
  weights[7] = weights[9] = 1;
  const auto drawn = over(pixels(100), by_weight(weights)).at(0);
  std::set<std::uint64_t> seen;
  for (std::uint32_t attempt = 0; attempt <= 16; ++attempt) seen.insert(drawn.index(5, attempt));
  CHECK(seen == std::set<std::uint64_t>{7, 9});
}

TEST_CASE("what a position shows follows from data, seed, epoch and offset alone", "[pipeline][law]") {
  const auto data = concatenate({uneven(), pixels(40)});
  for (const auto& how : {by_class(), by_part({1, 2}), by_weight()}) {
    const auto a = over(data, how, 7), b = over(data, how, 7), c = over(data, how, 8);
    int same = 0;
    for (std::uint64_t offset = 340; offset-- > 0;) {
      for (std::uint32_t attempt : {0, 1, 12}) {
        REQUIRE(a.at(3).index(offset, attempt) == b.at(3).index(offset, attempt));
      }
      same += a.at(3).index(offset, 0) == c.at(3).index(offset, 0);
    }
    CHECK(same < 60);
  }
}

TEST_CASE("without shuffle, classes and parts take turns in their order", "[pipeline]") {
  const auto data = take(pixels(100), 25);
  const plan p({.samples = 25, .batch_size = 5, .chosen_by = by_class().make(data, false)});
  for (std::uint64_t offset = 0; offset < 20; ++offset) CHECK(p.at(0).index(offset, 0) == offset);
  CHECK(p.at(0).index(20, 0) == 20);  // classes 0 to 4 have a third sample
  CHECK(p.at(1).index(0, 0) == 5);    // the 26th position is of class 5, whose third turn begins again
}

TEST_CASE("an evaluation is never sampled", "[pipeline]") {
  const auto data = uneven();
  const plan p({.samples = 300,
                .evaluation_samples = 40,
                .batch_size = 10,
                .shuffle = true,
                .chosen_by = by_class().make(data, true)});
  CHECK(p.at(1).positions == 40);
  CHECK(p.at(1).index(17, 0) == 17);
}

TEST_CASE("a sampling that does not fit its data is refused, with what it must be", "[pipeline]") {
  CHECK(refusal(by_part({1, 2}), pixels(9)) ==
        "load: sampling by_part: the number of weights must be 1, the parts of these data, got 2");
  CHECK(refusal(by_part({1, 2}), concatenate({pixels(9), pixels(0)})) ==
        "load: sampling by_part: part 1 has no samples");
  CHECK(refusal(by_weight({1, 2}), pixels(3)) ==
        "load: sampling by_weight: the number of weights must be 3, one for each sample, got 2");
  CHECK(refusal(by_weight({1, -2, 0}), pixels(3)) ==
        "load: sampling by_weight: the weight of 1 must be finite and >= 0, got -2");
  CHECK(refusal(by_weight({0, 0, 0}), pixels(3)) == "load: sampling by_weight: every weight is 0");
  CHECK_THROWS_WITH(by_part({1, 0}), "by_part: a weight must be > 0, got 0");
}
