#include <troupe/sources/coroutine.hpp>
#include <troupe/sources/shuffle_window.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <list>
#include <set>
#include <stdexcept>
#include <vector>

#include "../catch.hpp"

using namespace troupe;

namespace {

coroutine count_to(std::uint64_t n, std::size_t bytes) {
  for (std::uint64_t i = 0; i < n; ++i) { co_yield {std::vector<std::uint8_t>(bytes + i % 7), std::int64_t(i)}; }
}

stream numbers(std::uint64_t n, std::size_t bytes = 1, stream_options o = {}) {
  return generated([n, bytes] { return count_to(n, bytes); }, std::move(o));
}

std::vector<std::uint64_t> all_of(shuffle_window& w) {
  std::vector<std::uint64_t> out;
  for (;;) {
    while (w.wants()) w.pull();
    if (w.empty()) return out;
    out.push_back(w.next().number);
  }
}

std::vector<std::int64_t> labels_of(const stream& s) {
  std::vector<std::int64_t> out;
  auto from = s.open(0);
  while (auto y = from->next()) out.push_back(y->label);
  return out;
}

}  // namespace

TEST_CASE("a window gives every sample once, and in order where it is not to shuffle", "[sources][stream][law]") {
  for (std::uint64_t n : {0, 1, 2, 3, 50, 1000}) {
    for (std::size_t window : {1, 2, 7, 5000}) {
      for (bool shuffle : {false, true}) {
        shuffle_window w(numbers(n, 1, {.window = window}), 3, 1, shuffle);
        auto out = all_of(w);
        REQUIRE(out.size() == n);
        if (shuffle && window > 1) std::sort(out.begin(), out.end());
        for (std::uint64_t i = 0; i < n; ++i) REQUIRE(out[i] == i);
        REQUIRE(w.ended());
      }
    }
  }
}

TEST_CASE("a window gives its first sample after two pulls and pulls two for each one until it is full",
          "[sources][stream]") {
  shuffle_window w(numbers(1000, 1, {.window = 100}), 3, 0, true);
  for (std::uint64_t given = 0; given < 500; ++given) {
    while (w.wants()) w.pull();
    REQUIRE(w.taken() == std::min(2 * given + 2, given + 100));
    w.next();
  }
}

TEST_CASE("a full window moves samples as far as its formula says", "[sources][stream]") {
  // What is drawn of W stays for a geometric time of mean W: the mean |position out - position in| is 2 W / e.
  for (std::size_t window : {16, 100, 400}) {
    double sum = 0, square = 0;
    constexpr int seeds = 20;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      shuffle_window w(numbers(200 * window, 1, {.window = window}), seed, 0, true);
      all_of(w);
      const auto q = w.quality();
      REQUIRE(q.window == window);
      REQUIRE(q.samples == 200 * window);
      sum += q.mean_displacement;
      square += q.mean_displacement * q.mean_displacement;
    }
    const auto mean = sum / seeds, error = std::sqrt((square / seeds - mean * mean) / seeds);
    const auto expected = 2 * double(window) / std::exp(1.0);
    REQUIRE(std::abs(mean - expected) < 5 * error + 0.03 * expected);
  }
}

TEST_CASE("every sample of a small stream comes first equally often", "[sources][stream]") {
  std::vector<int> first(2), anywhere(8);
  for (std::uint64_t seed = 0; seed < 8000; ++seed) {
    shuffle_window w(numbers(8, 1, {.window = 8}), seed, 0, true);
    const auto out = all_of(w);
    ++first.at(out.front());
    ++anywhere.at(out.back());
  }
  for (const auto n : first) REQUIRE(std::abs(n - 4000) < 5 * std::sqrt(2000.0));
  for (const auto n : anywhere) REQUIRE(n > 300);
}

TEST_CASE("a window is as small as its bytes want it, and its order follows from the stream alone",
          "[sources][stream]") {
  const auto from = numbers(500, 1000, {.window = 400, .window_bytes = 40'000});
  shuffle_window w(from, 3, 0, true), again(from, 3, 0, true);
  std::vector<std::uint64_t> out;
  for (;;) {
    while (w.wants()) w.pull();
    REQUIRE(w.bytes() <= 30'000 + 1006);
    if (w.empty()) break;
    out.push_back(w.next().number);
    if (out.size() % 50 == 9) w.stand_in(out.size() - 1, 1);
  }
  REQUIRE(w.quality().window < 31);
  REQUIRE(out == all_of(again));
}

TEST_CASE("stand-ins are the same whenever they are asked for, and sixteen attempts show sixteen samples",
          "[sources][stream]") {
  for (std::size_t window : {1, 50}) {
    for (std::uint64_t offset : {0, 3, 900, 1039, 1040, 1100, 2999}) {
      const auto from = numbers(3000, 1, {.window = window});
      shuffle_window soon(from, 3, 0, true), late(from, 3, 0, true);
      while (soon.given() <= offset) {
        while (soon.wants()) soon.pull();
        soon.next();
      }
      all_of(late);
      std::set<std::uint64_t> shown;
      for (std::uint32_t attempt = 1; attempt <= 16; ++attempt) {
        const auto one = soon.stand_in(offset, attempt).number;
        REQUIRE(one == late.stand_in(offset, attempt).number);
        REQUIRE(one <= std::max<std::uint64_t>(offset, 15));
        REQUIRE(one + 2100 > offset);
        shown.insert(one);
      }
      REQUIRE(shown.size() == 16);
    }
  }
}

TEST_CASE("a stream is made of a coroutine, a range, a callable or whatever can skip", "[sources][stream]") {
  const std::vector<std::int64_t> three{0, 1, 2};
  REQUIRE(labels_of(numbers(3)) == three);
  REQUIRE(labels_of(generated([] { return std::vector<yielded>{{{}, 0}, {{}, 1}, {{}, 2}}; })) == three);
  REQUIRE(labels_of(generated([] { return std::list<yielded>{{{}, 0}, {{}, 1}, {{}, 2}}; })) == three);
  REQUIRE(labels_of(generated([](std::uint64_t epoch) {
            return
                [n = std::int64_t(epoch)]() mutable { return n < 3 ? std::optional(yielded({}, n++)) : std::nullopt; };
          })) == three);
}

TEST_CASE("parts of a stream are taken by their places in it", "[sources][stream]") {
  REQUIRE(labels_of(take(numbers(9), 3)) == std::vector<std::int64_t>{0, 1, 2});
  REQUIRE(labels_of(take(numbers(2), 3)) == std::vector<std::int64_t>{0, 1});
  REQUIRE(labels_of(skip(numbers(9), 7)) == std::vector<std::int64_t>{7, 8});
  REQUIRE(labels_of(skip(numbers(9), 12)).empty());
  REQUIRE(labels_of(shard(numbers(9), 1, 4)) == std::vector<std::int64_t>{1, 5});
  REQUIRE(labels_of(shard(skip(numbers(9), 1), 0, 4)) == std::vector<std::int64_t>{1, 5});
  REQUIRE(take(numbers(9, 1, {.samples = 9}), 3).options().samples == 3);
  REQUIRE(shard(numbers(9, 1, {.samples = 9}), 1, 4).options().samples == 2);
  REQUIRE_THROWS_WITH(shard(numbers(9), 4, 4), "shard: i must be 0 ... 3, got 4");
}

namespace {

struct leaping {
  std::uint64_t n = 0, at = 0;
  std::uint64_t* made = nullptr;
  std::optional<yielded> operator()() {
    if (at == n) return std::nullopt;
    ++*made;
    return yielded({}, std::int64_t(at++));
  }
  std::uint64_t skip(std::uint64_t by) {
    const auto there = std::min(by, n - at);
    at += there;
    return there;
  }
};

}  // namespace

TEST_CASE("what can skip is not asked for what lies before the place that is sought", "[sources][stream]") {
  std::uint64_t made = 0;
  const auto from = generated([&made] { return leaping{.n = 100'000, .made = &made}; });
  for (const auto& s : {from, skip(from, 10)}) {
    made = 0;
    shuffle_window w(s, 3, 0, false), plain(s, 3, 0, false);
    w.leap(50'000);
    while (w.given() <= 50'000) {
      while (w.wants()) w.pull();
      const auto one = w.next();
      REQUIRE(one.number == w.given() - 1);
    }
    REQUIRE(made < 2100);
    while (plain.given() <= 50'000) {
      while (plain.wants()) plain.pull();
      plain.next();
    }
    REQUIRE(plain.stand_in(50'000, 1).number == w.stand_in(50'000, 1).number);
  }
  shuffle_window beyond(from, 3, 0, false);
  beyond.leap(200'000);
  REQUIRE(beyond.ended());
  REQUIRE(beyond.taken() == 100'000);
}

TEST_CASE("what a coroutine throws comes out where it is pulled, and wrong options are refused", "[sources][stream]") {
  const auto broken = generated([]() -> coroutine {
    co_yield {{}, 1};
    throw std::runtime_error("the well is dry");
  });
  auto from = broken.open(0);
  REQUIRE(from->next()->label == 1);
  REQUIRE_THROWS_WITH(from->next(), "the well is dry");
  REQUIRE_THROWS_WITH(numbers(1, 1, {.window = 0}), "generated: window must be >= 1, got 0");
  REQUIRE_THROWS_WITH(numbers(1, 1, {.labels = label_kind::values}), Catch::Contains("classes must name the columns"));
}
