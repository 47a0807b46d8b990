// Samples without random access, on many interleavings: each is a seed of the order in which runnable actors are taken.
#include <algorithm>
#include <vector>

#include "../catch.hpp"
#include "delivered.hpp"
#include "numbers.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

std::vector<std::int64_t> epoch_of(const std::vector<seen>& all, std::uint64_t epoch) {
  std::vector<std::int64_t> out;
  for (const auto& s : all) {
    if (s.epoch == epoch) out.insert(out.end(), s.indices.begin(), s.indices.end());
  }
  return out;
}

std::vector<std::int64_t> counted(std::uint64_t n) {
  std::vector<std::int64_t> v;
  for (std::uint64_t i = 0; i < n; ++i) v.push_back(std::int64_t(i));
  return v;
}

std::vector<std::int64_t> sorted(std::vector<std::int64_t> v) {
  std::sort(v.begin(), v.end());
  return v;
}

pipeline line_of(const stream& from, bool as_files = false, int cpus = 2) {
  return pipeline{}
      .load(from, {.shuffle = true, .seed = 5, .epochs = 2})
      .augment(as_files ? std::vector<transform>{resize({1, 1}), noise()} : std::vector<transform>{noise()})
      .batch({.size = 8})
      .budget({.cpus = cpus})
      .output({.directory = {}, .digest = true});
}

}  // namespace

TEST_CASE("each sample of a stream comes exactly once an epoch, whatever the sizes and the interleaving",
          "[actors][stream][law]") {
  for (std::uint64_t n : {1, 2, 7, 64, 97}) {
    for (std::size_t size : {1, 5, 64}) {
      for (std::size_t window : {1, 3, 1000}) {
        for (std::uint32_t order = 1; order <= 6; ++order) {
          rig r(pipeline{}
                    .load(numbers({.n = n}, {.window = window}), {.shuffle = order % 3 > 0, .seed = 3, .epochs = 2})
                    .batch({.size = size, .buffers = int(order % 4)})
                    .budget({.cpus = int(1 + order % 3)}),
                order);
          const auto all = r.pull_all();
          REQUIRE(sorted(epoch_of(all, 0)) == counted(n));
          REQUIRE(sorted(epoch_of(all, 1)) == counted(n));
          for (const auto& s : all) {
            for (std::size_t i = 0; i < s.indices.size(); ++i) REQUIRE(s.labels[i] == s.indices[i] % 10);
          }
          expect_nothing_left(r);
          REQUIRE(r.over()->how == ending::completed);
          REQUIRE(r.over()->dispositions.opened == 2 * n);
          REQUIRE(r.over()->dispositions.delivered == 2 * n);
        }
      }
    }
  }
}

TEST_CASE("the last batch of a stream is marked and shorter, or with drop_last it is left out and counted",
          "[actors][stream]") {
  for (std::uint64_t n : {3, 4, 8, 10, 11}) {
    for (bool drop : {false, true}) {
      for (auto how : {delivery::in_order, delivery::ready}) {
        for (std::uint32_t order = 1; order <= 10; ++order) {
          rig r(pipeline{}
                    .load(numbers({.n = n}), {.shuffle = order % 2 == 0, .epochs = 2})
                    .batch({.size = 4, .drop_last = drop, .order = how, .buffers = int(2 + order % 3)})
                    .budget({.cpus = 2}),
                order);
          const auto each = drop ? n / 4 : (n + 3) / 4;
          std::uint64_t batches = 0, last = 0;
          while (auto b = r.pull()) {
            ++batches;
            if (b->last()) REQUIRE(batches == ++last * each);
          }
          r.settle();
          REQUIRE(batches == 2 * each);
          REQUIRE(last == (each > 0 ? 2 : 0));
          expect_nothing_left(r);
          REQUIRE(r.over()->dispositions.opened == 2 * n);
          REQUIRE(r.over()->dispositions.skipped(skip_reason::drop_last) == (drop ? 2 * (n % 4) : 0));
        }
      }
    }
  }
}

TEST_CASE("an empty stream ends the run in order, also one without a last epoch", "[actors][stream]") {
  for (std::uint64_t epochs : {0, 3}) {
    rig r(pipeline{}.load(numbers({.n = 0}), {.shuffle = true, .epochs = epochs}).batch({.size = 4}));
    REQUIRE(r.pull_all().empty());
    expect_nothing_left(r);
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.opened == 0);
  }
}

TEST_CASE("of a stream without end a limit takes what it says", "[actors][stream]") {
  rig r(pipeline{}
            .load(numbers({.n = ~std::uint64_t{0}}), {.shuffle = true, .epochs = 3, .limit = 21})
            .batch({.size = 8}));
  REQUIRE(r.pull_all().size() == 9);
  expect_nothing_left(r);
  REQUIRE(r.over()->dispositions.delivered == 63);
}

TEST_CASE("batches of a stream are bit-identical for any number of workers, also where samples are bad",
          "[actors][stream][law]") {
  for (bool as_files : {false, true}) {
    std::string first;
    for (int cpus : {1, 2, 5}) {
      for (std::uint32_t order = 0; order <= 30; ++order) {
        const auto from = numbers({.n = 60, .as_files = as_files, .empty = {0, 1, 8, 59}}, {.window = 16});
        rig r(line_of(from, as_files, cpus), order);
        if (as_files) {
          r.disk().missing = {0, 8};
          r.disk().damaged = {1, 59};
        }
        r.pull_all();
        expect_nothing_left(r);
        REQUIRE(r.over()->how == ending::completed);
        REQUIRE(r.over()->dispositions.replaced == 8);
        REQUIRE(r.over()->dispositions.delivered == 112);
        if (first.empty()) first = r.over()->digest;
        REQUIRE(r.over()->digest == first);
      }
    }
  }
}

TEST_CASE("bad samples among the few that a limit takes have the same stand-ins in every run",
          "[actors][stream][law]") {
  for (std::uint64_t limit : {3, 10, 17}) {
    std::string first;
    for (std::uint32_t order = 0; order <= 40; ++order) {
      const auto from = numbers({.n = 60, .as_files = true}, {.window = 16});
      auto p = line_of(from, true, int(1 + order % 3));
      rig r(p.load(from, {.shuffle = order % 2 == 0, .seed = 5, .epochs = 2, .limit = limit}), order / 2);
      r.disk().missing = {0, 1, 4};
      r.pull_all();
      expect_nothing_left(r);
      REQUIRE(r.over()->dispositions.opened == 2 * limit);
      if (order % 2 == 1) continue;
      if (first.empty()) first = r.over()->digest;
      REQUIRE(r.over()->digest == first);
    }
  }
}

TEST_CASE("the seed decides the order of a stream, and every epoch has another one", "[actors][stream]") {
  const auto order_of = [](std::uint64_t seed) {
    rig r(pipeline{}.load(numbers({.n = 60}), {.shuffle = true, .seed = seed, .epochs = 2}).batch({.size = 8}));
    return r.pull_all();
  };
  const auto once = order_of(1), again = order_of(1), other = order_of(2);
  REQUIRE(epoch_of(once, 0) == epoch_of(again, 0));
  REQUIRE(epoch_of(once, 0) != epoch_of(once, 1));
  REQUIRE(epoch_of(once, 0) != epoch_of(other, 0));
}

TEST_CASE("a run over a stream can begin at any batch of any epoch, bit for bit", "[actors][stream][law]") {
  constexpr std::uint64_t batches = 8;
  for (bool as_files : {false, true}) {
    for (bool shuffle : {false, true}) {
      const auto play = [&](std::uint64_t n) {
        const auto from = numbers({.n = 60, .as_files = as_files, .empty = {7, 40}}, {.window = 10});
        auto p = line_of(from, as_files);
        p.load(from, {.shuffle = shuffle, .seed = 5, .epochs = 2}).seek(n / batches, n % batches);
        rig r(p, std::uint32_t(n));
        if (as_files) r.disk().missing = {7, 40};
        auto all = rest_of(r);
        expect_nothing_left(r);
        REQUIRE(r.over()->how == ending::completed);
        REQUIRE(r.over()->dispositions.opened == 120 - n / batches * 60 - n % batches * 8);
        return all;
      };
      const auto whole = play(0);
      REQUIRE(whole.size() == 2 * batches);
      for (std::uint64_t n = 1; n < 2 * batches; ++n) REQUIRE(play(n) == from_batch(whole, n));
    }
  }
}

TEST_CASE("beyond the end of a stream the next epoch begins", "[actors][stream]") {
  rig r(line_of(numbers({.n = 60})).seek(0, 99));
  const auto all = r.pull_all();
  REQUIRE(sorted(epoch_of(all, 1)) == counted(60));
  REQUIRE(epoch_of(all, 0).empty());
  expect_nothing_left(r);
  REQUIRE(r.over()->dispositions.opened == 60);
}

TEST_CASE("a stream that throws ends the run, and the reason says where", "[actors][stream]") {
  for (std::uint64_t k : {0, 1, 17, 59}) {
    for (std::uint32_t order = 1; order <= 20; ++order) {
      rig r(line_of(numbers({.n = 60, .throws_at = k}, {.window = 4, .name = "well"})), order);
      r.pull_all();
      expect_nothing_left(r);
      REQUIRE(r.over()->how == ending::failed);
      REQUIRE(r.over()->reason.find("well threw at sample " + std::to_string(k) + " of epoch 1: the well is dry") !=
              std::string::npos);
    }
  }
}

TEST_CASE("nothing of a stream is left when a run is stopped at any moment", "[actors][stream][law]") {
  for (std::size_t messages = 0; messages < 200; messages += 2) {
    for (bool as_files : {false, true}) {
      rig r(line_of(numbers({.n = 60, .as_files = as_files, .empty = {3}}, {.window = 16}), as_files),
            std::uint32_t(messages + 1));
      r.run(messages);
      if (messages % 4 == 0) r.pull();
      r.stop();
      r.settle();
      expect_nothing_left(r);
      REQUIRE(r.over()->how == ending::stopped);
    }
  }
}

TEST_CASE("an epoch of a stream that is left at any moment gives every place back, and the next one is whole",
          "[actors][stream][law]") {
  for (std::size_t messages = 0; messages < 200; messages += 2) {
    for (std::uint64_t n : {9, 64}) {
      rig r(line_of(numbers({.n = n, .empty = {3}}, {.window = 16})), std::uint32_t(messages + 1));
      r.run(messages);
      r.leave(0);
      auto rest = r.pull_all();
      std::vector<std::int64_t> wanted = epoch_of(rest, 1);
      REQUIRE(wanted.size() == n);
      expect_nothing_left(r);
      REQUIRE(r.over()->how == ending::completed);
    }
  }
}

TEST_CASE("one buffer is enough to run a stream", "[actors][stream]") {
  rig r(pipeline{}.load(numbers({.n = 50}), {.shuffle = true, .epochs = 1}).batch({.size = 8, .buffers = 1}), 5);
  REQUIRE(sorted(epoch_of(r.pull_all(), 0)) == counted(50));
}

TEST_CASE("the samples of a stream in flight and its window stay within their bounds", "[actors][stream][law]") {
  for (std::uint32_t order = 1; order <= 20; ++order) {
    const stream_options options{.window_bytes = 2000};
    auto from = numbers({.n = 300, .padding = 40}, options);
    auto p = line_of(from);
    p.load(from, {.shuffle = true, .epochs = 1, .read_ahead_bytes = 5});
    rig r(p, order);
    for (;;) {
      REQUIRE(r.state().window_bytes <= 1500);
      r.run(1);
      if (r.over()) break;
      if (r.actors() > 0) r.take();
    }
    REQUIRE(r.state().read_ahead.peak() <= 5);
    REQUIRE(r.over()->dispositions.delivered == 300);
    REQUIRE(r.over()->shuffle->window < 40);
    expect_nothing_left(r);
  }
}

TEST_CASE("the first batch of a stream does not wait for its window", "[actors][stream]") {
  auto most = std::make_shared<std::uint64_t>(0);
  rig r(pipeline{}
            .load(numbers({.n = 10000, .on_pull = [most](std::uint64_t i) { *most = i + 1; }}, {.window = 5000}),
                  {.shuffle = true, .epochs = 1})
            .batch({.size = 8, .buffers = 1}));
  REQUIRE(r.pull());
  REQUIRE(*most <= 2 * 8 + 1);
}
