// The laws of the line, on many interleavings: each is a seed of the order in which runnable actors are taken.
#include "rig.hpp"

#include <algorithm>

#include "../catch.hpp"

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

std::vector<std::int64_t> sorted(std::vector<std::int64_t> v) {
  std::sort(v.begin(), v.end());
  return v;
}

std::vector<std::int64_t> counted(std::int64_t n) {
  std::vector<std::int64_t> v;
  for (std::int64_t i = 0; i < n; ++i) v.push_back(i);
  return v;
}

}  // namespace

TEST_CASE("each index comes exactly once an epoch, whatever the sizes and the interleaving", "[actors][law]") {
  for (std::uint64_t n : {1, 2, 7, 64, 97}) {
    for (std::size_t size : {1, 5, 64}) {
      for (std::uint32_t order = 1; order <= 10; ++order) {
        rig r(pipeline{}
                  .load(pixels(n), {.shuffle = true, .seed = 3, .epochs = 2})
                  .batch({.size = size})
                  .budget({.cpus = int(1 + order % 3)}),
              order);
        const auto all = r.pull_all();
        REQUIRE(sorted(epoch_of(all, 0)) == counted(std::int64_t(n)));
        REQUIRE(sorted(epoch_of(all, 1)) == counted(std::int64_t(n)));
        REQUIRE(r.over());
        REQUIRE(r.over()->how == ending::completed);
        REQUIRE(r.over()->dispositions.balanced());
        REQUIRE(r.over()->dispositions.delivered == 2 * n);
      }
    }
  }
}

TEST_CASE("batches come in the order of the plan and labels belong to their indices", "[actors][law]") {
  for (std::uint32_t order = 1; order <= 20; ++order) {
    rig r(pipeline{}.load(pixels(50), {.shuffle = true, .epochs = 2}).batch({.size = 8}).budget({.cpus = 3}), order);
    std::uint64_t last = 0;
    for (const auto& s : r.pull_all()) {
      const auto at = s.epoch * 7 + s.number;
      REQUIRE(at == last++);
      for (std::size_t i = 0; i < s.indices.size(); ++i) REQUIRE(s.labels[i] == s.indices[i] % 10);
    }
    REQUIRE(last == 14);
  }
}

TEST_CASE("the last partial batch arrives, or with drop_last is skipped and counted", "[actors]") {
  for (bool drop : {false, true}) {
    rig r(pipeline{}.load(pixels(10), {.epochs = 1}).batch({.size = 4, .drop_last = drop}));
    const auto all = r.pull_all();
    REQUIRE(all.size() == (drop ? 2 : 3));
    REQUIRE(all.back().indices.size() == (drop ? 4 : 2));
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.over()->dispositions.skipped(skip_reason::drop_last) == (drop ? 2 : 0));
  }
}

TEST_CASE("an empty source ends cleanly", "[actors]") {
  rig r(pipeline{}.load(pixels(0), {.epochs = 1}).batch({.size = 4}));
  REQUIRE(r.pull_all().empty());
  REQUIRE(r.over());
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(r.over()->dispositions.opened == 0);
}

TEST_CASE("the ledger balances and nothing is left when a run is stopped at any moment", "[actors][law]") {
  for (std::size_t messages = 0; messages < 150; messages += 3) {
    for (bool from_files : {false, true}) {
      rig r(pipeline{}
                .load(from_files ? files(60) : pixels(60), {.shuffle = true, .read_ahead_bytes = 1024})
                .augment({resize({2, 2})})
                .batch({.size = 8})
                .budget({.cpus = 2}),
            std::uint32_t(messages + 1));
      r.run(messages);
      if (messages % 2 == 0) r.pull();
      r.stop();
      r.settle();
      REQUIRE(r.over());
      REQUIRE(r.over()->how == ending::stopped);
      REQUIRE(r.over()->dispositions.balanced());
      REQUIRE(r.state().read_ahead.held() == 0);
      REQUIRE(r.state().memory->free_buffers() == r.state().memory->buffers());
      REQUIRE(r.actors() == 0);
    }
  }
}

TEST_CASE("leaving an epoch gives every place back, and the next epoch is whole", "[actors][law]") {
  for (std::uint64_t leave_after = 0; leave_after < 7; ++leave_after) {
    for (std::uint32_t order = 1; order <= 5; ++order) {
      rig r(pipeline{}.load(pixels(50), {.shuffle = true, .epochs = 2}).batch({.size = 8}).budget({.cpus = 2}), order);
      for (std::uint64_t i = 0; i < leave_after; ++i) REQUIRE(r.pull());
      r.leave(0);
      const auto rest = r.pull_all();
      REQUIRE(sorted(epoch_of(rest, 1)) == counted(50));
      REQUIRE(epoch_of(rest, 0).empty());
      const auto d = r.over()->dispositions;
      REQUIRE(d.balanced());
      REQUIRE(d.opened == 100);
      REQUIRE(d.skipped(skip_reason::left) == 50 - std::min<std::uint64_t>(50, 8 * leave_after));
      REQUIRE(r.state().memory->free_buffers() == r.state().memory->buffers());
    }
  }
}

TEST_CASE("one buffer is enough to run", "[actors]") {
  rig r(pipeline{}.load(pixels(50), {.epochs = 1}).batch({.size = 8, .buffers = 1}).budget({.cpus = 3}), 5);
  REQUIRE(sorted(epoch_of(r.pull_all(), 0)) == counted(50));
}

TEST_CASE("memory in flight stays within the bound and demand is never exceeded", "[actors][law]") {
  for (std::uint32_t order = 1; order <= 20; ++order) {
    rig r(pipeline{}
              .load(files(40), {.shuffle = true, .epochs = 1, .read_ahead_bytes = 600})
              .augment({resize({2, 2})})
              .batch({.size = 8})
              .budget({.cpus = 2}),
          order);
    r.disk().padding = 100;
    for (;;) {
      const auto busy = r.state().memory->buffers() - r.state().memory->free_buffers();
      REQUIRE(busy <= r.state().settings.memory.buffers);
      for (const auto* c : {&r.state().loader, &r.state().augmenter}) {
        REQUIRE(c->answered <= c->demanded);
        REQUIRE(c->items_out <= c->demanded);
      }
      r.run(1);
      if (r.over()) break;
      if (r.actors() > 0) r.pull();
    }
    REQUIRE(r.state().read_ahead.peak() <= 600);
    REQUIRE(r.over()->dispositions.delivered == 40);
  }
}
