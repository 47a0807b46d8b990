#include <troupe/augment/generator.hpp>

#include <array>
#include <cmath>
#include <set>
#include <vector>

#include "../catch.hpp"

using troupe::generator;
using troupe::philox;
using troupe::sample_key;

TEST_CASE("Philox gives the published known answers", "[augment]") {
  // kat_vectors of Random123 (D. E. Shaw Research), philox 4x32, 10 rounds
  using block = std::array<std::uint32_t, 4>;
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}) == block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("every part of a key gives other numbers, and the same key the same", "[augment]") {
  std::set<std::array<std::uint32_t, 4>> seen;
  std::size_t made = 0;
  const auto add = [&](const sample_key& key, std::uint64_t operation) {
    generator g(key, operation), again(key, operation);
    std::array<std::uint32_t, 4> first{};
    for (auto& v : first) v = g();
    for (auto v : first) REQUIRE(again() == v);
    seen.insert(first);
    ++made;
  };
  const std::uint64_t far = std::uint64_t{1} << 40;
  for (std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, far})
    for (std::uint64_t epoch : {std::uint64_t{0}, std::uint64_t{1}, far})
      for (std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2}, far})
        for (std::uint32_t attempt : {0u, 1u, 16u})
          for (std::uint32_t view : {0u, 1u, 9u})
            for (std::uint64_t operation : {std::uint64_t{0}, std::uint64_t{1}, far})
              add({seed, epoch, offset, attempt, view}, operation);
  CHECK(seen.size() == made);
}

TEST_CASE("a generator for another operation starts from its own first number", "[augment]") {
  generator g({.seed = 3, .offset = 5}, 0);
  g();
  g();
  generator other = g.for_operation(4), direct({.seed = 3, .offset = 5}, 4);
  for (int i = 0; i < 9; ++i) CHECK(other() == direct());
}

TEST_CASE("a real number takes two words, the first above the second", "[augment]") {
  generator g({.seed = 7, .epoch = 1, .offset = 12}, 0);
  CHECK(g.uniform(0.0, 1.0) == 0.23077189638087436);
  CHECK(g.uniform(-2.0, 3.0) == -0.31916731125537878);
}

TEST_CASE("numbers are uniform where they say so", "[augment]") {
  generator g({.seed = 1}, 0);
  double sum = 0, squares = 0;
  const int n = 100000;
  for (int i = 0; i < n; ++i) {
    const double u = g.uniform();
    REQUIRE(u >= 0);
    REQUIRE(u < 1);
    sum += u;
    squares += u * u;
  }
  CHECK(std::abs(sum / n - 0.5) < 0.005);
  CHECK(std::abs(squares / n - 1.0 / 3) < 0.005);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts[g.below(7)];
  for (int c : counts) CHECK(std::abs(c - 10000) < 500);
  int hits = 0;
  for (int i = 0; i < n; ++i) hits += g.chance(0.3);
  CHECK(std::abs(hits - 0.3 * n) < 800);
  for (int i = 0; i < 100; ++i) {
    CHECK(g.below(1) == 0);
    CHECK(!g.chance(0));
    CHECK(g.chance(1));
    const double v = g.uniform(-2.0, 3.0);
    CHECK(v >= -2);
    CHECK(v < 3);
  }
}
