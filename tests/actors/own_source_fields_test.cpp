// What belongs to samples that have only a key: masks that are keys as well, or files, beside keys, files or pixels.
#include <troupe/sources/keyed.hpp>
#include <troupe/sources/zip.hpp>

#include <map>

#include "../catch.hpp"
#include "depot.hpp"
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

}  // namespace

TEST_CASE("masks are keys as pictures are, or either of them lies in files", "[actors][law][stage][fields]") {
  const auto digest_of = [](pipeline p, std::uint32_t order, const std::set<std::uint64_t>& no_masks = {}) {
    rig r(p, order);
    r.disk().extent = 8;
    r.disk().missing_masks = no_masks;
    r.pull_all();
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.state().read_ahead.held() == 0);
    return r.over()->digest;
  };
  const auto files_alone = digest_of(of(with_masks(files(60), masks(60))), 0);
  for (std::uint32_t order = 1; order <= 24; ++order) {
    auto from = std::make_shared<depot>();
    from->files.extent = 8;
    const auto pictures = order % 3 == 0 ? files(60) : keyed(files(60));
    const auto ids = order % 3 == 1 ? masks(60) : keyed(masks(60));
    auto p = of(with_masks(pictures, ids), 1 + int(order % 3));
    if (order % 2 == 0)
      p.stage("depot", brings_from(from));
    else
      p.stage("depot", fetches_from(from));
    REQUIRE(digest_of(p, order) == files_alone);
  }
  const auto without = digest_of(of(with_masks(files(60), masks(60))), 0, {9});
  for (bool whole : {false, true}) {
    auto from = std::make_shared<depot>();
    from->files.extent = 8;
    from->forgotten = {"m9"};
    auto p = of(with_masks(keyed(files(60)), keyed(masks(60))));
    if (whole)
      p.stage("depot", brings_from(from));
    else
      p.stage("depot", fetches_from(from));
    REQUIRE(digest_of(p, 5) == without);
  }
}

TEST_CASE("keys of masks beside pixels in memory are brought as well", "[actors][law][stage]") {
  const auto digest_of = [](const pipeline& p, std::uint32_t order) {
    rig r(p, order);
    r.disk().extent = 1;
    r.pull_all();
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.replaced == 0);
    return r.over()->digest;
  };
  const auto read = digest_of(of(with_masks(pixels(60), masks(60))), 0);
  for (std::uint32_t order = 1; order <= 10; ++order) {
    auto from = std::make_shared<depot>();
    from->files.extent = 1;
    auto p = of(with_masks(pixels(60), keyed(masks(60))));
    if (order % 2 == 0)
      p.stage("depot", brings_from(from));
    else
      p.stage("depot", fetches_from(from));
    REQUIRE(digest_of(p, order) == read);
  }
}

TEST_CASE("what is half a key and half a file counts once", "[actors][law][stage][memory]") {
  for (std::uint32_t order = 1; order <= 40; ++order) {
    auto from = std::make_shared<depot>();
    from->files.extent = 8;
    from->files.padding = 1'500;
    const auto each = from->get("1").size() + from->get("m1").size();
    const auto pictures = order % 2 == 0 ? files(60) : keyed(files(60));
    const auto ids = order % 2 == 1 ? masks(60) : keyed(masks(60));
    auto p = of(with_masks(pictures, ids), 1 + int(order % 3));
    if (order % 4 < 2)
      p.stage("depot", brings_from(from));
    else
      p.stage("depot", fetches_from(from));
    rig r(p, order);
    r.disk().extent = 8;
    r.disk().padding = 1'500;
    r.pull_all();
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.state().read_ahead.peak() <= limit + rows * each);
    expect_nothing_left(r);
  }
}

TEST_CASE("bytes in memory that a stage keeps itself take the place of the room that was kept for them",
          "[actors][law][stage][memory]") {
  for (std::uint32_t order = 1; order <= 20; ++order) {
    depot from;
    from.files.padding = 1'500;
    std::map<std::string, std::vector<std::uint8_t>> mapped;
    for (int i = 0; i < 60; ++i) mapped[std::to_string(i)] = from.get(std::to_string(i));
    const auto each = mapped["1"].size();
    auto p = of(keyed(files(60)), 1 + int(order % 3)).stage("map", [&](encoded item) {
      item.bytes = mapped.at(item.key);
      return item;
    });
    if (order % 2 == 0) p.stage("same", brings_from(std::make_shared<depot>()));
    rig r(p, order);
    r.pull_all();
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.delivered == 120);
    REQUIRE(r.state().read_ahead.peak() <= limit + rows * each);
    expect_nothing_left(r);
  }
}

TEST_CASE("a stage knows what a mask is called, out of the cache as well, and behind one that made a new item",
          "[actors][stage][fields]") {
  for (const auto cache : {cached::none, cached::encoded}) {
    std::size_t seen = 0;
    auto p = of(with_masks(files(60), masks(60)));
    p.load(with_masks(files(60), masks(60)), {.epochs = 2, .cache = cache})
        .stage(
            "anew",
            [](encoded item) {
              encoded other;
              other.label = item.label;
              other.hold({item.bytes.begin(), item.bytes.end()});
              other.companions.emplace_back().hold({item.companions[0].bytes.begin(), item.companions[0].bytes.end()});
              return other;
            })
        .stage("look", [&](encoded item) {
          const auto n = std::to_string(item.index);
          seen += item.key == n && item.companions.at(0).key == "m" + n;
          return item;
        });
    rig r(p, 3);
    r.disk().extent = 8;
    r.pull_all();
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(seen == 120);
    expect_nothing_left(r);
  }
}
