// Everything about a sample follows from its position.
#include <troupe/pipeline/permutation.hpp>
#include <troupe/pipeline/plan.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>
#include <vector>

#include "../catch.hpp"

using namespace troupe;

TEST_CASE("a shuffle shows each index exactly once, for any size", "[pipeline][law]") {
  for (std::uint64_t n : {1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 17, 99, 100, 101, 1000, 4097, 60000}) {
    for (std::uint64_t seed : {0, 1, 7}) {
      permutation order(n, {.seed = seed, .epoch = 3});
      std::vector<bool> seen(n);
      for (std::uint64_t i = 0; i < n; ++i) {
        const auto index = order(i);
        REQUIRE(index < n);
        REQUIRE_FALSE(seen[index]);
        seen[index] = true;
      }
    }
  }
}

TEST_CASE("another seed or epoch is another order", "[pipeline]") {
  const permutation a(1000, {.seed = 1, .epoch = 0}), b(1000, {.seed = 2, .epoch = 0}),
      c(1000, {.seed = 1, .epoch = 1});
  int same_ab = 0, same_ac = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    same_ab += a(i) == b(i);
    same_ac += a(i) == c(i);
  }
  REQUIRE(same_ab < 10);  // 1 is expected
  REQUIRE(same_ac < 10);
}

TEST_CASE("every index is equally likely at every offset", "[pipeline][law]") {
  // Chi-square over 2,000 seeds: for each of 20 offsets, where does the first sample of 20 go?
  constexpr std::uint64_t n = 20, seeds = 2000;
  std::vector<std::vector<int>> count(n, std::vector<int>(n));
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    permutation order(n, {.seed = seed, .epoch = 0});
    for (std::uint64_t i = 0; i < n; ++i) ++count[i][order(i)];
  }
  double chi = 0;
  const double expected = double(seeds) / n;
  for (const auto& row : count) {
    for (int c : row) chi += (c - expected) * (c - expected) / expected;
  }
  const double freedom = (n - 1) * (n - 1);
  REQUIRE(std::abs(chi - freedom) < 5 * std::sqrt(2 * freedom));
}

TEST_CASE("neighbours do not stay neighbours", "[pipeline]") {
  constexpr std::uint64_t n = 100000;
  permutation order(n, {.seed = 5, .epoch = 0});
  int close = 0;
  double rank_sum = 0;
  for (std::uint64_t i = 0; i + 1 < n; ++i) {
    close += std::llabs(std::int64_t(order(i)) - std::int64_t(order(i + 1))) <= 10;
    rank_sum += (double(i) - n / 2.0) * (double(order(i)) - n / 2.0);
  }
  REQUIRE(close < 60);                                            // 20 are expected
  REQUIRE(std::abs(rank_sum / (double(n) * n * n / 12)) < 0.02);  // Spearman's rank correlation
}

TEST_CASE("a plan of a billion samples costs what one of a thousand does", "[pipeline]") {
  const plan large({.samples = 1'000'000'000, .batch_size = 64, .seed = 1, .shuffle = true});
  const auto far = large.at(1'000'000'000'000);
  REQUIRE(far.index(999'999'999, 0) < 1'000'000'000);
  REQUIRE(far.batches == 15'625'000);
  REQUIRE(sizeof(pass) < 512);  // that is all the memory a pass takes, whatever its size
}

TEST_CASE("passes alternate between training and evaluation, and batches never cross them", "[pipeline]") {
  const plan p({.samples = 10, .evaluation_samples = 5, .batch_size = 4, .epochs = 2, .shuffle = true});
  REQUIRE(p.passes() == 4u);
  REQUIRE(p.at(0).why == purpose::training);
  REQUIRE(p.at(1).why == purpose::evaluation);
  REQUIRE(p.at(2).epoch == 1);
  REQUIRE(p.at(0).batches == 3);
  REQUIRE(p.at(0).rows(2) == 2);
  REQUIRE(p.at(1).rows(1) == 1);
  REQUIRE(p.at(1).index(3, 0) == 3);  // an evaluation keeps its order
}

TEST_CASE("the smallest batch of an epoch is known before it begins, of a stream it is not", "[pipeline]") {
  const auto smallest = [](plan::options o) { return plan(o).smallest_batch(); };
  CHECK(smallest({.samples = 17, .batch_size = 8}) == 1);
  CHECK(smallest({.samples = 17, .batch_size = 8, .drop_last = true}) == 8);
  CHECK(smallest({.samples = 16, .evaluation_samples = 1, .batch_size = 8}) == 8);
  CHECK(smallest({.samples = 16, .batch_size = 8, .limit = 11}) == 3);
  CHECK(smallest({.samples = 3, .batch_size = 8}) == 3);
  CHECK(smallest({.samples = 17, .open_ended = true, .batch_size = 8}) == 0);
  CHECK(smallest({}) == 0);
}

TEST_CASE("a limit takes the first offsets of each epoch's order, out of all samples", "[pipeline]") {
  const plan p({.samples = 1000, .batch_size = 10, .limit = 25, .epochs = 1, .seed = 4, .shuffle = true});
  const auto pass = p.at(0);
  REQUIRE(pass.positions == 25);
  REQUIRE(pass.batches == 3);
  std::set<std::uint64_t> shown;
  for (std::uint64_t i = 0; i < 25; ++i) shown.insert(pass.index(i, 0));
  REQUIRE(shown.size() == 25);
  REQUIRE(*shown.rbegin() > 500);
}

TEST_CASE("replacements are drawn by position and attempt alone", "[pipeline][law]") {
  const plan p({.samples = 1000, .batch_size = 10, .seed = 4, .shuffle = true});
  const auto pass = p.at(2);
  std::set<std::uint64_t> drawn;
  for (std::uint32_t attempt = 1; attempt <= 16; ++attempt) {
    REQUIRE(pass.index(7, attempt) == p.at(2).index(7, attempt));
    drawn.insert(pass.index(7, attempt));
  }
  REQUIRE(drawn.size() > 12);
  REQUIRE(pass.index(7, 1) != pass.index(8, 1));
}
