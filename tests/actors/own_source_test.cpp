// Samples that have only a key: an actor or a function of one's own brings their bytes, and nobody downstream can tell.
#include <troupe/actors/monitor.hpp>
#include <troupe/sources/keyed.hpp>
#include <troupe/sources/slice.hpp>
#include <troupe/sources/zip.hpp>

#include <algorithm>

#include "../catch.hpp"
#include "depot.hpp"
#include "rig.hpp"
#include "whole.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

pipeline of(dataset data, int cpus = 2, std::size_t read_ahead = std::size_t{32} << 20) {
  return pipeline{}
      .load(std::move(data), {.shuffle = true, .seed = 5, .epochs = 2, .read_ahead_bytes = read_ahead})
      .augment({resize({2, 2})}, {.chunk = 4})
      .batch({.size = 8})
      .budget({.cpus = cpus})
      .output({.directory = {}, .digest = true});
}

pipeline of_keys(int cpus = 2, std::size_t read_ahead = std::size_t{32} << 20) {
  return of(keyed(files(60)), cpus, read_ahead);
}

std::shared_ptr<depot> a_depot() { return std::make_shared<depot>(); }

// Nothing of it is a file.
void forbid_files(rig& r) {
  r.disk().on_open = [](std::uint64_t index) {
    throw std::logic_error("key " + std::to_string(index) + " was opened");
  };
}

std::string digest_of_files(const std::set<std::uint64_t>& missing = {}) {
  rig r(of(files(60)));
  r.disk().missing = missing;
  r.pull_all();
  REQUIRE(r.over()->how == ending::completed);
  return r.over()->digest;
}

}  // namespace

TEST_CASE("what an actor or a function brings by key makes the batches that files make, for any number of workers",
          "[actors][law][stage][source]") {
  const auto digest = digest_of_files();
  for (std::uint32_t order = 1; order <= 40; ++order) {
    auto from = a_depot();
    from->late = order % 2 == 0;
    auto p = of_keys(1 + int(order % 4), order % 5 == 0 ? 300 : 32 << 20);
    if (order % 3 == 0)
      p.stage("fetch", fetches_from(from));
    else
      p.stage("depot", brings_from(from));
    if (order % 4 == 0) p.stage("same", [](encoded item) { return item; });
    rig r(p, order);
    forbid_files(r);
    r.pull_all();
    expect_whole(r, digest);
    REQUIRE(r.state().own[0].items_in == 120);
    REQUIRE(r.state().own[0].demanded == r.state().own[0].answered);
    for (const auto& book : {r.edges.encoded, r.edges.own}) {
      REQUIRE(book->breach().empty());
      REQUIRE(book->open() == 0);
    }
  }
}

TEST_CASE("an item of files and of keys says what it is called, and who makes a new one need not", "[actors][stage]") {
  const auto checked = [](encoded item) {
    if (item.key != std::to_string(item.index)) throw std::runtime_error("called " + item.key);
    encoded other;
    other.label = item.label;
    other.bytes = item.bytes;
    other.owner = item.owner;
    return other;
  };
  rig r(of(files(60)).stage("first", checked).stage("second", checked));
  r.pull_all();
  REQUIRE(r.over()->dispositions.delivered == 120);
  rig k(of_keys().stage("fetch", fetches_from(a_depot())).stage("second", checked));
  k.pull_all();
  REQUIRE(k.over()->dispositions.delivered == 120);
}

TEST_CASE("a run of keys begins at any batch as one of files does", "[actors][law][stage][seek]") {
  for (std::uint64_t batch : {0, 3, 7}) {
    auto files_from = of(files(60)).seek(1, batch), keys_from = of_keys().seek(1, batch);
    rig f(files_from), k(keys_from.stage("depot", brings_from(a_depot())), 3);
    f.pull_all();
    k.pull_all();
    REQUIRE(k.over()->digest == f.over()->digest);
  }
}

TEST_CASE("keys that are unknown, and such that nothing comes for, are replaced as bad files are",
          "[actors][law][stage]") {
  const auto digest = digest_of_files({5, 6, 7});
  for (std::uint32_t order = 1; order <= 40; ++order) {
    auto from = a_depot();
    from->unknown = {"5", "6"};
    from->forgotten = {"7"};
    from->late = order % 2 == 0;
    auto p = of_keys(1 + int(order % 3));
    if (order % 3 == 0)
      p.stage("depot", fetches_from(from));
    else
      p.stage("depot", brings_from(from));
    rig r(p, order);
    r.pull_all();
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.replaced == 6);
    REQUIRE(r.over()->digest == digest);
    expect_nothing_left(r);
    REQUIRE(take_snapshot(r.state()).find("depot")->failures == 6);
    const auto bad =
        std::find_if(r.alerts.begin(), r.alerts.end(), [](const auto& a) { return a.name == "bad_samples"; });
    REQUIRE(bad != r.alerts.end());
    REQUIRE(bad->stage == "depot");
    REQUIRE((bad->path == "5" || bad->path == "6" || bad->path == "7"));
  }
}

TEST_CASE("too many keys that nothing comes for end the run, with stage, key and words", "[actors][stage]") {
  for (bool whole : {false, true}) {
    auto from = a_depot();
    for (int key = 0; key < 60; ++key) from->forgotten.insert(std::to_string(key));
    auto p = whole ? of_keys().stage("depot", brings_from(from)) : of_keys().stage("depot", fetches_from(from));
    rig r(p);
    r.pull_all();
    REQUIRE(r.over()->how == ending::failed);
    INFO(r.over()->reason);
    REQUIRE(r.over()->reason.find(whole ? "(stage: depot: it brought no bytes)"
                                        : "(stage: depot: it returned no bytes)") != std::string::npos);
    expect_nothing_left(r);
  }
}

TEST_CASE("an actor that brings bytes and dies, leaves, or gives back places ends the run in order",
          "[actors][law][stage]") {
  const char* reasons[] = {"depot: the store is gone", "depot: it died: ", "depot: it left before its end",
                           "depot: it gave back places that nobody wanted back"};
  for (std::uint32_t order = 1; order <= 80; ++order) {
    auto from = a_depot();
    const auto at = order / 4 % 7;
    (order % 4 == 0   ? from->throws_at
     : order % 4 == 1 ? from->dies_at
     : order % 4 == 2 ? from->leaves_at
                      : from->gives_back_at) = at;
    rig r(of_keys(2, order % 3 == 0 ? 300 : 32 << 20).stage("depot", brings_from(from)), order);
    r.breaches_throw = false;
    r.pull_all();
    REQUIRE(r.over());
    INFO(r.over()->reason);
    REQUIRE(r.over()->how == ending::failed);
    REQUIRE(r.over()->reason.find(reasons[order % 4]) == 0);
    expect_nothing_left(r);
  }
}

TEST_CASE("whoever stops, leaves or loses the loader of a run of keys at whatever point, every place comes back",
          "[actors][law][stage]") {
  for (std::uint32_t at = 1; at <= 150; ++at) {
    auto from = a_depot();
    from->late = at % 2 == 0;
    auto p = of_keys(2, at % 4 == 0 ? 300 : 32 << 20);
    if (at % 5 == 0)
      p.stage("depot", fetches_from(from));
    else
      p.stage("depot", brings_from(from));
    rig r(p, at);
    r.run(at * 2);
    if (at % 3 == 0) r.leave(0);
    if (at % 3 == 1) r.stop();
    if (at % 3 == 2) {
      r.breaches_throw = false;
      end_urgently(r.stages().loader);
    }
    r.pull_all();
    expect_nothing_left(r);
  }
}

TEST_CASE("workers die below an actor that brings bytes, and no batch shows it", "[actors][law][restart][stage]") {
  const auto digest = digest_of_files();
  for (std::uint32_t order = 1; order <= 30; ++order) {
    rig r(of_keys().stage("depot", brings_from(a_depot())), order);
    r.run(40 + order * 3);
    const bool over = r.over().has_value();
    if (!over) r.kill(order % r.hired());
    r.pull_all();
    expect_whole(r, digest);
  }
}

TEST_CASE("an actor that does not answer is named by the stall alert, with the key", "[actors][alert][stage]") {
  auto from = a_depot();
  from->keeps_at = 2;
  auto p = of_keys().stage("depot", brings_from(from)).monitor({.stall_after = 10s});
  rig r(p, 1, true);
  r.state().consumer_waits.store(true);
  r.wait(11s);
  const auto stall = std::find_if(r.alerts.begin(), r.alerts.end(), [](const alert& a) { return a.name == "stall"; });
  REQUIRE(stall != r.alerts.end());
  REQUIRE(stall->stage == "depot");
  REQUIRE(stall->message.find("depot 0 has been transforming " + stall->path) == 0);
  REQUIRE(std::stoull(stall->path) < 60);
  r.breaches_throw = false;
  r.stop();
  r.settle();
  REQUIRE(r.over()->how == ending::stopped);
  REQUIRE(r.over()->dispositions.balanced());
  REQUIRE(r.state().read_ahead.held() == 0);
}

TEST_CASE("a run whose actor keeps what the others wait for is stopped in order", "[actors][law][stage][memory]") {
  for (std::uint32_t order = 1; order <= 60; ++order) {
    auto from = a_depot();
    from->files.padding = 1'500;
    from->keeps_at = order % 20;
    rig r(of_keys(2, 1'650).stage("depot", brings_from(from)), order);  // there is room for one file
    r.breaches_throw = false;
    r.state().consumer_waits.store(true);
    r.settle();
    r.stop();
    r.settle();
    REQUIRE(r.over());
    REQUIRE(r.over()->how == ending::stopped);
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.state().read_ahead.held() == 0);
  }
}
