// Whose turn it is, in given proportions.
#include <troupe/pipeline/alias_table.hpp>
#include <troupe/pipeline/interleaving.hpp>

#include <troupe/augment/generator.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "../catch.hpp"

using namespace troupe;

namespace {

/// The farthest that any stretch of positions is from its share: the greatest minus the least of count(t) - t x share.
double farthest(const std::vector<double>& weights, std::uint64_t positions) {
  const interleaving turns(weights);
  const auto sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<double> count(weights.size()), least(weights.size()), most(weights.size());
  double worst = 0;
  for (std::uint64_t t = 0; t < positions; ++t) {
    ++count[turns.at(t).who];
    for (std::size_t w = 0; w < weights.size(); ++w) {
      const auto off = count[w] - double(t + 1) * weights[w] / sum;
      least[w] = std::min(least[w], off);
      most[w] = std::max(most[w], off);
      worst = std::max(worst, most[w] - least[w]);
    }
  }
  return worst;
}

}  // namespace

TEST_CASE("any stretch of an interleaving of two holds their shares to within one", "[pipeline][law]") {
  for (const auto& weights :
       {std::vector{0.5, 0.5}, {0.7, 0.3}, {3.0, 1.0}, {1.0, 99.0}, {0.61803398875, 0.38196601125}})
    CHECK(farthest(weights, 20'000) < 1 + 1e-9);
}

TEST_CASE("any stretch of an interleaving of three is within two, and of more within four", "[pipeline][law]") {
  generator draw({.seed = 5}, 0);
  for (std::size_t parts : {3, 4, 5, 8, 16}) {
    for (int i = 0; i < 20; ++i) {
      std::vector<double> weights(parts);
      for (auto& w : weights) w = std::exp(draw.uniform(-3, 3));
      CHECK(farthest(weights, 5'000) < (parts == 3 ? 2 : 4));
    }
  }
}

TEST_CASE("a turn's rank is the number of turns that its owner had before", "[pipeline][law]") {
  const interleaving turns({5, 1, 3, 0.25});
  std::vector<std::uint64_t> had(4);
  for (std::uint64_t t = 0; t < 10'000; ++t) {
    const auto turn = turns.at(t);
    REQUIRE(turn.rank == had[turn.who]++);
  }
}

TEST_CASE("an interleaving is seekable: far positions cost what the first one does", "[pipeline]") {
  const interleaving turns({0.7, 0.2, 0.1});
  const std::uint64_t far = 1'000'000'000'000;
  std::vector<std::uint64_t> before(3, UINT64_MAX);
  for (std::uint64_t t = far; t < far + 1000; ++t) {
    const auto turn = turns.at(t);
    if (before[turn.who] != UINT64_MAX) REQUIRE(turn.rank == before[turn.who] + 1);
    before[turn.who] = turn.rank;
  }
  CHECK(std::llabs(std::int64_t(before[0] - far * 7 / 10)) < 710);
}

TEST_CASE("one weight has every turn, and a tiny one is not forgotten", "[pipeline]") {
  const interleaving alone({3});
  CHECK(alone.at(7).who == 0);
  CHECK(alone.at(7).rank == 7);
  const interleaving tiny({1, 1e-300});
  CHECK(tiny.at(1'000'000).who == 0);
}

TEST_CASE("a draw of an alias table is in proportion to the weights", "[pipeline][law]") {
  const std::vector<double> weights = {0, 1, 0, 2.5, 1e-3, 10, 0.5, 0};
  const alias_table table(weights);
  const auto sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  constexpr int draws = 400'000;
  std::vector<int> count(weights.size());
  generator draw({.seed = 11}, 0);
  for (int i = 0; i < draws; ++i) {
    const auto column = draw.word(), height = draw.word();
    ++count[table(column, height)];
  }
  double chi = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0) {
      CHECK(count[i] == 0);
      continue;
    }
    const auto expected = draws * weights[i] / sum;
    chi += (count[i] - expected) * (count[i] - expected) / expected;
  }
  CHECK(chi < 18.5);  // four degrees of freedom: one in a thousand
}

TEST_CASE("what has no weight is never drawn, whatever the others are", "[pipeline][law]") {
  generator draw({.seed = 2}, 0);
  for (std::size_t n : {2, 3, 7, 100, 1000}) {
    for (int round = 0; round < 50; ++round) {
      std::vector<double> weights(n);
      for (auto& w : weights) w = draw.chance(0.5) ? std::exp(draw.uniform(-200, 700)) : 0;
      weights[draw.index_below(n)] = 1e-100;
      const alias_table table(weights);
      for (std::uint64_t i = 0; i < 4 * n; ++i) {  // every column, at its top and at its bottom
        const auto column = std::uint64_t(std::ldexp((double(i / 4) + 0.5) / double(n), 64));
        REQUIRE(weights[table(column, i % 2 == 0 ? 0 : UINT64_MAX)] > 0);
      }
    }
  }
}
