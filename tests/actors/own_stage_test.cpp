// Functions of one's own between reading and decoding: nobody downstream can tell where they run, and whatever they do
// costs a sample at most.
#include <troupe/actors/monitor.hpp>

#include "rig.hpp"

#include <algorithm>
#include <stdexcept>

#include "../catch.hpp"
#include "whole.hpp"

using namespace troupe;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

pipeline of_files(int cpus = 2) {
  return pipeline{}
      .load(files(60), {.shuffle = true, .seed = 5, .epochs = 2})
      .augment({resize({2, 2})}, {.chunk = 4})
      .batch({.size = 8})
      .budget({.cpus = cpus})
      .output({.directory = {}, .digest = true});
}

encoded unchanged(encoded item) { return item; }

encoded turned(encoded item) {
  item.hold(std::vector<std::uint8_t>(item.bytes.rbegin(), item.bytes.rend()));
  return item;
}

encoded with_a_byte(encoded item, std::uint8_t b) {
  std::vector<std::uint8_t> longer(item.bytes.begin(), item.bytes.end());
  longer.push_back(b);
  item.hold(std::move(longer));
  return item;
}

encoded without_the_byte(encoded item, std::uint8_t b) {
  if (item.bytes.back() != b) throw std::runtime_error("out of order");
  item.bytes = item.bytes.first(item.bytes.size() - 1);
  return item;
}

std::string digest_of(const pipeline& p, std::uint32_t order = 0) {
  rig r(p, order);
  r.disk().missing = {7, 30};
  r.pull_all();
  REQUIRE(r.over()->how == ending::completed);
  return r.over()->digest;
}

}  // namespace

TEST_CASE("a function that changes nothing changes no batch, for any number of workers", "[actors][law][stage]") {
  const auto digest = digest_of(of_files());
  for (std::uint32_t order = 1; order <= 20; ++order) {
    const int cpus = 1 + int(order % 4);
    REQUIRE(digest_of(of_files(cpus).stage("same", unchanged), order) == digest);
    REQUIRE(digest_of(of_files(cpus).stage("turn", turned).stage("turn back", turned), order) == digest);
  }
}

TEST_CASE("stages work in the order in which they were said", "[actors][stage]") {
  auto p = of_files();
  p.stage("a", [](encoded e) { return with_a_byte(std::move(e), 1); })
      .stage("b", [](encoded e) { return with_a_byte(std::move(e), 2); })
      .stage("un-b", [](encoded e) { return without_the_byte(std::move(e), 2); })
      .stage("un-a", [](encoded e) { return without_the_byte(std::move(e), 1); });
  rig r(p);
  r.pull_all();
  expect_whole(r, r.over()->digest);
  REQUIRE(r.over()->dispositions.replaced == 0);
  const auto s = take_snapshot(r.state());
  REQUIRE(s.stages.size() == 8);
  REQUIRE(s.find("un-b")->items == 120);
  REQUIRE(s.find("un-b")->open_demand == 0);
  REQUIRE(s.find("b")->bytes == s.find("a")->bytes + 120);
}

TEST_CASE("what throws, gives nothing or says no makes a bad sample that names the stage", "[actors][law][stage]") {
  const auto picky = [](encoded item) -> encoded {
    if (item.index == 5) throw std::runtime_error("wrong key");
    if (item.index == 6) throw 6;
    if (item.index == 7) return {};
    if (item.index == 8) item.bad = std::make_shared<const failure>(failure{fault::corrupt, "no header"});
    return item;
  };
  std::string digest;
  for (std::uint32_t order = 1; order <= 20; ++order) {
    rig r(of_files(1 + int(order % 3)).stage("decrypt", picky), order);
    std::size_t bad = 0;
    for (const auto& b : r.pull_all())
      bad += std::size_t(std::count_if(b.indices.begin(), b.indices.end(), [](auto i) { return i >= 5 && i <= 8; }));
    REQUIRE(bad == 0);
    REQUIRE(r.over()->dispositions.replaced == 8);
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.state().read_ahead.held() == 0);
    REQUIRE(take_snapshot(r.state()).find("decrypt")->failures == 8);
    const auto bad_samples =
        std::find_if(r.alerts.begin(), r.alerts.end(), [](const alert& a) { return a.name == "bad_samples"; });
    REQUIRE(bad_samples != r.alerts.end());
    REQUIRE(bad_samples->stage == "decrypt");
    if (digest.empty()) digest = r.over()->digest;
    REQUIRE(r.over()->digest == digest);
  }
}

TEST_CASE("too many bad samples of a stage end the run, and the reason names it", "[actors][stage]") {
  rig r(of_files().stage("decrypt", [](encoded) -> encoded { throw std::runtime_error("wrong key"); }));
  r.pull_all();
  REQUIRE(r.over()->how == ending::failed);
  REQUIRE(r.over()->reason.find("decrypt: wrong key") != std::string::npos);
  REQUIRE(r.over()->dispositions.balanced());
  REQUIRE(r.actors() == 0);
}

TEST_CASE("what a stage makes counts as read ahead, and what is more than all of it is too large",
          "[actors][law][stage]") {
  std::size_t most = 0;
  rig* now = nullptr;
  auto p = of_files();
  p.load(files(60), {.epochs = 2, .read_ahead_bytes = 20'000}).stage("inflate", [&](encoded item) {
    most = std::max(most, now->state().read_ahead.held());
    if (item.index == 3) {
      item.hold(std::vector<std::uint8_t>(20'001));
    } else {
      std::vector<std::uint8_t> longer(item.bytes.begin(), item.bytes.end());
      longer.resize(5'000);
      item.hold(std::move(longer));
    }
    return item;
  });
  rig r(p, 3);
  now = &r;
  r.pull_all();
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(r.over()->dispositions.replaced == 2);
  REQUIRE(most >= 5'000);
  REQUIRE(most <= 20'000 + 2 * 4 * 5'000);  // a chunk of each worker
  REQUIRE(r.state().read_ahead.held() == 0);
}

TEST_CASE("a worker that dies in a stage is started again, and no batch shows it", "[actors][law][restart][stage]") {
  rig undisturbed(of_files());
  undisturbed.pull_all();
  for (std::uint32_t order = 1; order <= 40; ++order) {
    bool inside = false;
    auto p = of_files();
    p.stage("same", [&](encoded item) {
      inside = true;
      return item;
    });
    rig r(p, order);
    r.on_turn = [&] { inside = false; };
    r.on_clock = [&, seen = 0u]() mutable {
      if (inside && !r.disk().reads() && ++seen == order) throw std::runtime_error("out of luck");
    };
    r.pull_all();
    expect_whole(r, undisturbed.over()->digest);
    for (const auto& w : r.state().own[0].workers) REQUIRE(w.doing.load() == operation::idle);
  }
}

TEST_CASE("whoever stops a run with stages of one's own at whatever point, every place comes back",
          "[actors][law][stage]") {
  for (std::uint32_t at = 1; at <= 120; ++at) {
    rig r(of_files().stage("turn", turned).stage("turn back", turned), at);
    r.run(at * 3);
    r.stop();
    r.settle();
    REQUIRE(r.over());
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.state().memory->free_buffers() == r.state().memory->buffers());
    REQUIRE(r.state().read_ahead.held() == 0);
    REQUIRE(r.actors() == 0);
  }
}

TEST_CASE("pixels in memory pass through stages as files do", "[actors][stage]") {
  auto p = pipeline{}
               .load(pixels(50), {.epochs = 1})
               .stage("darken",
                      [](encoded item) {
                        item.hold({std::uint8_t(item.bytes[0] / 2)});
                        return item;
                      })
               .batch({.size = 8, .type = element::uint8});
  rig r(p);
  std::int64_t row = 0;
  while (auto b = r.pull()) {
    for (std::size_t i = 0; i < b->rows(); ++i, ++row) REQUIRE(b->images().as<std::uint8_t>()[i] == row / 2);
  }
  REQUIRE(row == 50);
}

TEST_CASE("a stage is described, and what cannot be one is refused where it is said", "[actors][stage]") {
  REQUIRE(
      of_files().stage("decrypt", unchanged).describe().find("loader --encoded--> decrypt --encoded--> augmenter") ==
      0);
  const item_handler nothing;
  REQUIRE_THROWS_WITH(of_files().stage("", unchanged), Catch::Contains("stage: name must be a new one"));
  REQUIRE_THROWS_WITH(of_files().stage("augmenter", unchanged), Catch::Contains("got \"augmenter\""));
  REQUIRE_THROWS_WITH(of_files().stage("a", unchanged).stage("a", unchanged), Catch::Contains("got \"a\""));
  REQUIRE_THROWS_WITH(of_files().stage("a", nothing), Catch::Contains("stage: a must be a function"));
  auto kept = of_files().stage("a", unchanged);
  kept.load(files(10), {.cache = cached::decoded});
  REQUIRE_THROWS_WITH(kept.settings(), Catch::Contains("load: cache must be none or encoded"));
}
