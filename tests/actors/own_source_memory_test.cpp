// Samples that have only a key: what is there of them at a time, and who may have them.
#include <troupe/actors/monitor.hpp>
#include <troupe/sources/keyed.hpp>
#include <troupe/sources/zip.hpp>

#include <algorithm>

#include "../catch.hpp"
#include "depot.hpp"
#include "rig.hpp"
#include "whole.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

constexpr std::size_t limit = 20'000, rows = 4;

pipeline of(dataset data, int cpus = 2) {
  return pipeline{}
      .load(std::move(data), {.shuffle = true, .seed = 5, .epochs = 2, .read_ahead_bytes = limit})
      .augment({resize({2, 2})}, {.chunk = int(rows)})
      .batch({.size = 8, .buffers = 8})
      .budget({.cpus = cpus})
      .output({.directory = {}, .digest = true});
}

std::string whole_digest(rig& r) {
  r.pull_all();
  REQUIRE(r.over());
  INFO(r.over()->reason);
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(r.over()->dispositions.delivered == 120);
  expect_nothing_left(r);
  return r.over()->digest;
}

}  // namespace

TEST_CASE("an actor that is faster than the workers is asked for no more than may be read ahead, and one answer",
          "[actors][law][stage][memory]") {
  for (std::uint32_t order = 1; order <= 60; ++order) {
    auto from = std::make_shared<depot>();
    from->files.padding = 1'500;
    from->late = order % 2 == 0;
    const auto each = from->get("1").size();  // the ring holds 64 of them: five times what may be read ahead
    rig r(of(keyed(files(60)), 1 + int(order % 3)).stage("depot", brings_from(from)), order);
    whole_digest(r);
    REQUIRE(r.state().read_ahead.peak() <= limit + rows * each);
    REQUIRE(r.state().read_ahead.peak() > limit / 2);
  }
}

TEST_CASE("samples of very different sizes stay near what may be read ahead, and the first ones do not flood it",
          "[actors][law][stage][memory]") {
  for (std::uint32_t order = 1; order <= 60; ++order) {
    auto from = std::make_shared<depot>();
    from->most_padding = 3'000;  // up to 3,080 bytes each, a chunk of them up to 12,320
    from->late = order % 2 == 0;
    rig r(of(keyed(files(60)), 1 + int(order % 3)).stage("depot", brings_from(from)), order);
    whole_digest(r);
    REQUIRE(r.state().read_ahead.peak() <= limit + rows * 3'080);
  }
}

TEST_CASE("what a function brings in the workers has its room before it is there", "[actors][law][stage][memory]") {
  for (std::uint32_t order = 1; order <= 30; ++order) {
    auto from = std::make_shared<depot>();
    from->files.padding = 1'500;
    const auto each = from->get("1").size();
    rig r(of(keyed(files(60)), 1 + int(order % 3)).stage("fetch", fetches_from(from)), order);
    whole_digest(r);
    REQUIRE(r.state().read_ahead.peak() <= limit + each);
    REQUIRE(r.state().read_ahead.peak() > limit / 2);
  }
}

TEST_CASE("of keys as many are asked for as fit into the read-ahead, of files as many as make sense",
          "[actors][stage][memory]") {
  auto from = std::make_shared<depot>();
  const auto start = [](const pipeline& p) { return p.settings().knobs.start.read_ahead_bytes; };
  const auto described = [](const dataset& data) {
    return pipeline{}.load(data, {.read_ahead_bytes = 64_MiB}).augment({center_crop(8)}).batch({.size = 4});
  };
  REQUIRE(start(described(keyed(files(60))).stage("depot", fetches_from(from))) == 64_MiB);
  REQUIRE(start(described(files(60))) < 64_MiB);
}

TEST_CASE("more than may be read ahead at once is too large", "[actors][stage][memory]") {
  auto from = std::make_shared<depot>();
  auto p = of(keyed(files(60)));
  p.stage("depot", [&](encoded item) {
    if (item.key == "3")
      item.hold(std::vector<std::uint8_t>(limit + 1));
    else
      from->bring(item);
    return item;
  });
  rig r(p);
  r.pull_all();
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(r.over()->dispositions.replaced == 2);
  REQUIRE(r.state().read_ahead.held() == 0);
}

TEST_CASE("pixels of a known shape are brought as they are", "[actors][stage]") {
  std::vector<std::string> keys;
  std::vector<std::int64_t> labels;
  for (int i = 0; i < 60; ++i) keys.push_back(std::to_string(i)), labels.push_back(i % 10);
  const auto data = keyed(keys, label_list::of_classes(labels), {.shape = image_shape{1, 1, 1}});
  rig in_memory(of(pixels(60)).augment({}));
  const auto digest = whole_digest(in_memory);
  const auto bring = [](encoded item) {
    item.hold({std::uint8_t(std::stoi(item.key))});
    return item;
  };
  rig r(of(data).augment({}).stage("fetch", bring), 3);
  REQUIRE(whole_digest(r) == digest);
}

TEST_CASE("an evaluation of keys goes through the stage too", "[actors][law][stage]") {
  const auto run = [](dataset training, dataset evaluation, const std::shared_ptr<depot>& from, std::uint32_t order) {
    auto book = std::make_shared<tally_book>();
    auto p = of(std::move(training));
    train_options twice;
    twice.epochs = 2;
    p.train(counting(book), twice).evaluate(std::move(evaluation), {resize({2, 2})});
    if (from) p.stage("depot", brings_from(from));
    rig r(p, order);
    r.settle();
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.state().read_ahead.held() == 0);
    std::vector<std::int64_t> labels;
    for (const auto* all : {&book->trained, &book->evaluated}) {
      for (const auto& b : *all) labels.insert(labels.end(), b.labels.begin(), b.labels.end());
    }
    return labels;
  };
  const auto read = run(files(60), files(21), nullptr, 0);
  for (std::uint32_t order = 1; order <= 10; ++order) {
    auto from = std::make_shared<depot>();
    REQUIRE(run(keyed(files(60)), keyed(files(21)), from, order) == read);
    REQUIRE(run(keyed(files(60)), files(21), from, order) == read);
    REQUIRE(run(files(60), keyed(files(21)), from, order) == read);
  }
}

TEST_CASE("an evaluation on larger samples than those of training asks for no more than may be read ahead",
          "[actors][law][stage][memory]") {
  for (std::uint32_t order = 1; order <= 20; ++order) {
    auto from = std::make_shared<depot>();
    std::size_t most = 0;
    const auto bring = [&](encoded item) {
      const bool evaluated = item.key.front() == 'e';
      from->files.padding = evaluated ? 2'500 : 0;
      item.hold(from->get(evaluated ? item.key.substr(1) : item.key));
      most = std::max(most, item.bytes.size());
      return item;
    };
    std::vector<std::string> larger;
    for (int i = 0; i < 60; ++i) larger.push_back("e" + std::to_string(i));
    auto p = of(keyed(files(60)), 1 + int(order % 3));
    train_options twice;
    twice.epochs = 2;
    p.train(counting(std::make_shared<tally_book>()), twice)
        .evaluate(keyed(larger), {resize({2, 2})})
        .stage("fetch", bring);
    rig r(p, order);
    r.settle();
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.state().read_ahead.peak() <= limit + rows * most);
    expect_nothing_left(r);
  }
}

TEST_CASE("keys without a stage are refused with what to do, and described with one", "[actors][stage]") {
  const auto keys = keyed(files(60));
  REQUIRE_THROWS_WITH(of(keys).settings(), Catch::Contains("load: samples are keys, and nobody brings their bytes: ") &&
                                               Catch::Contains("say .stage(name, what brings them"));
  auto evaluated = of(files(60));
  const train_options once;
  evaluated.train(counting(std::make_shared<tally_book>()), once).evaluate(keys, {resize({2, 2})});
  REQUIRE_THROWS_WITH(evaluated.settings(), Catch::Contains("evaluate: samples are keys"));
  REQUIRE_THROWS_WITH(of(with_masks(files(60), keyed(masks(60)))).settings(),
                      Catch::Contains("load: samples are keys"));
  auto from = std::make_shared<depot>();
  auto kept = of(keys).stage("depot", fetches_from(from));
  kept.load(keys, {.cache = cached::encoded});
  REQUIRE_THROWS_WITH(kept.settings(), Catch::Contains("load: cache must be none for keys"));
  const auto text = of(keys).stage("depot", brings_from(from)).describe();
  REQUIRE(text.find("loader --keys--> depot --encoded--> augmenter") == 0);
  REQUIRE(text.find("1 actor of your own, 1 reader,") != std::string::npos);
  REQUIRE(text.find("19.5 KiB read ahead") != std::string::npos);
}
