// Data sets made of data sets, and samplings, in a line: the same batches whoever works, every sample accounted for.
#include <troupe/sources/concatenate.hpp>
#include <troupe/sources/slice.hpp>

#include <algorithm>
#include <map>
#include <set>

#include "../catch.hpp"
#include "delivered.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

pipeline line_of(dataset data, const sampling& how, int cpus = 2) {
  return pipeline{}
      .load(std::move(data), {.shuffle = true, .seed = 3, .sampling = how, .epochs = 2, .read_ahead_bytes = 1024})
      .augment({resize({2, 2}), noise()}, {.chunk = 3})
      .batch({.size = 8})
      .budget({.cpus = cpus});
}

}  // namespace

TEST_CASE("sampled batches are the same for any number of workers and any interleaving, bad samples replaced",
          "[actors][law]") {
  const auto data = concatenate({files(40), files(25)});
  for (const auto& how : {by_class(), by_part({3, 1}), by_weight()}) {
    std::vector<delivered> first;
    for (std::uint32_t order = 0; order < 12; ++order) {
      rig r(line_of(data, how, int(1 + order % 4)), order);
      r.disk().missing = {3, 7};
      r.disk().damaged = {13, 30};
      const auto all = rest_of(r);
      REQUIRE(r.over());
      REQUIRE(r.over()->how == ending::completed);
      REQUIRE(r.over()->dispositions.balanced());
      REQUIRE(r.over()->dispositions.delivered + r.over()->dispositions.replaced == 130);
      REQUIRE(r.over()->dispositions.replaced > 3);
      if (first.empty()) first = all;
      REQUIRE(all == first);
    }
  }
}

TEST_CASE("bad samples are replaced within their class, so that classes stay in balance", "[actors][law]") {
  rig r(line_of(files(60), by_class()));
  r.disk().missing = {3, 13, 23, 33, 43};  // five of the six samples of class 3
  std::map<std::int64_t, int> count;
  for (const auto& s : r.pull_all()) {
    for (const auto label : s.labels) ++count[label];
  }
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(count.size() == 10);
  for (const auto& of : count) REQUIRE(std::abs(of.second - 12) <= 4);
}

TEST_CASE("a sampler that chooses what is not there is named, and others take the place", "[actors]") {
  class beyond final : public sampler {
    std::uint64_t index(const sample_key& key, std::uint64_t position) const noexcept override {
      return position == 7 && key.attempt == 0 ? 1000 : position % 40;
    }
  };
  const sampling how{"by guess", [](const dataset&, bool) { return std::make_shared<beyond>(); }};
  for (const auto& data : {files(40), pixels(40)}) {
    rig r(line_of(data, how));
    REQUIRE(rest_of(r).size() == 10);
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.replaced == 1);
    const auto& said = r.alerts;
    REQUIRE(said.size() == 1);
    REQUIRE(said.front().name == "bad_samples");
  }
}

TEST_CASE("a class without one readable sample does not end the run", "[actors]") {
  rig r(line_of(files(30), by_class()));
  r.disk().missing = {3, 13, 23};
  std::size_t rows = 0;
  for (const auto& s : r.pull_all()) {
    rows += s.labels.size();
    REQUIRE(std::count(s.labels.begin(), s.labels.end(), 3) == 0);
  }
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(rows == 60);
  REQUIRE(r.over()->dispositions.replaced == 6);
}

TEST_CASE("the shards of several runs together show each sample exactly once an epoch", "[actors][law]") {
  for (std::uint64_t n : {1, 2, 3, 7}) {
    std::multiset<std::string> shown;
    for (std::uint64_t i = 0; i < n; ++i) {
      const auto part = shard(files(50), i, n);
      rig r(line_of(part, {}), std::uint32_t(i + 1));
      for (const auto& s : r.pull_all()) {
        if (s.epoch != 1) continue;
        for (const auto index : s.indices) shown.insert(part->member(std::uint64_t(index)));
      }
      REQUIRE(r.over()->dispositions.balanced());
    }
    REQUIRE(shown.size() == 50);
    REQUIRE(std::set<std::string>(shown.begin(), shown.end()).size() == 50);
  }
}

TEST_CASE("a sample that is repeated is augmented anew at each showing", "[actors]") {
  rig r(pipeline{}
            .load(repeat(pixels(1), 64), {.epochs = 1})
            .augment({noise()})
            .batch({.size = 64, .type = element::uint8}));
  const auto b = r.pull();
  REQUIRE(b);
  const auto* values = b->images().as<std::uint8_t>();
  REQUIRE(std::set<int>(values, values + 64).size() > 25);  // of 100 that there are, 47 are expected
}

TEST_CASE("an epoch of a sampling is as long as was asked for, also longer than its data", "[actors]") {
  for (std::uint64_t limit : {5, 200}) {
    rig r(pipeline{}
              .load(pixels(50), {.shuffle = true, .sampling = by_class(), .epochs = 2, .limit = limit})
              .batch({.size = 8}));
    REQUIRE(r.pull_all().size() == 2 * ((limit + 7) / 8));
    REQUIRE(r.over()->dispositions.delivered == 2 * limit);
  }
}

TEST_CASE("a transform at the end of a line changes nothing before it", "[actors][law]") {
  const auto play = [](std::vector<transform> list) {
    rig r(pipeline{}
              .load(pixels(50), {.shuffle = true, .seed = 9, .epochs = 1})
              .augment(std::move(list))
              .batch({.size = 50, .type = element::uint8}));
    const auto b = r.pull();
    REQUIRE(b);
    const auto* values = b->images().as<std::uint8_t>();
    return std::vector<std::uint8_t>(values, values + 50);
  };
  const transform flipped("flipped", [](image& i, generator&) { i.data[0] = std::uint8_t(i.data[0] ^ 1); });
  const auto before = play({noise(), noise()}), after = play({noise(), noise(), flipped});
  for (std::size_t i = 0; i < 50; ++i) REQUIRE(after[i] == (before[i] ^ 1));
}

TEST_CASE("a line says how its samples are chosen and where it begins", "[actors]") {
  const auto said = line_of(take(concatenate({files(40), files(25)}), 30), by_class()).seek(1, 2).describe();
  REQUIRE(said.find("40 pixels + 25 pixels = 65 samples in 10 classes, take 30, shuffled, chosen by class, seed 3, "
                    "from epoch 1, batch 2\n") != std::string::npos);
}
