// A filter on pixels: what it leaves out is nobody's fault, and where it stands in the list, or what else goes wrong,
// changes nothing about the laws.
#include <algorithm>

#include "../catch.hpp"
#include "delivered.hpp"
#include "whole.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

// Files and pixels of the rig show their own number.
transform without_every(int n) {
  return filter("not every " + std::to_string(n), [n](const image& i) { return i.data[0] % n != 0; });
}

pipeline filtered(bool from_files, int cpus = 2, const std::vector<transform>& then = {without_every(3), noise()}) {
  std::vector<transform> list;
  if (from_files) list.push_back(resize({2, 2}));
  for (const auto& t : then) list.push_back(t);
  return pipeline{}
      .load(from_files ? files(60) : pixels(60), {.shuffle = true, .seed = 5, .epochs = 2})
      .augment(std::move(list), {.chunk = 4})
      .batch({.size = 8})
      .budget({.cpus = cpus})
      .output({.directory = {}, .digest = true});
}

bool said(const rig& r, const std::string& name) {
  return std::any_of(r.alerts.begin(), r.alerts.end(), [&](const alert& a) { return a.name == name; });
}

void expect_balanced(rig& r) {
  REQUIRE(r.over());
  REQUIRE(r.over()->dispositions.balanced());
  REQUIRE(r.state().memory->free_buffers() == r.state().memory->buffers());
  REQUIRE(r.state().read_ahead.held() == 0);
  REQUIRE(r.actors() == 0);
}

}  // namespace

TEST_CASE("what a filter leaves out is replaced by the same others in every interleaving", "[actors][law][filter]") {
  for (bool from_files : {false, true}) {
    std::string digest;
    for (std::uint32_t order = 0; order <= 40; ++order) {
      rig r(filtered(from_files, 1 + int(order % 4)), order);
      for (const auto& b : r.pull_all()) {
        for (auto index : b.indices) REQUIRE(index % 3 != 0);
      }
      expect_balanced(r);
      REQUIRE(r.over()->how == ending::completed);
      REQUIRE(r.over()->dispositions.delivered == 80);
      REQUIRE(r.over()->dispositions.replaced == 40);
      REQUIRE(r.over()->dispositions.filtered() == 40);
      if (digest.empty()) digest = r.over()->digest;
      REQUIRE(r.over()->digest == digest);
    }
  }
}

TEST_CASE("what is filtered is no bad sample: no quarantine, no error budget, no failure counted", "[actors][filter]") {
  rig r(filtered(true));
  r.pull_all();
  REQUIRE(r.over()->how == ending::completed);  // 40 are left out, 10 bad ones would be the most
  REQUIRE_FALSE(said(r, "bad_samples"));
  REQUIRE(r.state().augmenter.failures == 0);
}

TEST_CASE("bad samples and filtered ones are told apart, and share their attempts", "[actors][law][filter]") {
  for (std::uint32_t order = 1; order <= 20; ++order) {
    rig r(filtered(true), order);
    r.disk().missing = {1, 7};
    r.disk().damaged = {20};
    const auto all = r.pull_all();
    expect_balanced(r);
    REQUIRE(r.over()->dispositions.replaced == 46);
    REQUIRE(r.over()->dispositions.filtered() == 40);
    REQUIRE(said(r, "bad_samples"));
  }
}

TEST_CASE("a run goes on behind a seek with the same replacements", "[actors][law][filter]") {
  rig whole(filtered(true));
  const auto all = rest_of(whole);
  for (std::size_t batch = 0; batch < 8; ++batch) {
    rig r(filtered(true, 3).seek(1, batch), std::uint32_t(batch + 1));
    REQUIRE(rest_of(r) == from_batch(all, 8 + batch));
  }
}

TEST_CASE("a filter sees what stands before it in the list", "[actors][filter]") {
  const transform none("none", [](image& i, generator&) { i.data[0] = 1; });
  rig before(filtered(false, 2, {without_every(3), none}));
  before.pull_all();
  REQUIRE(before.over()->dispositions.filtered() == 40);
  rig behind(filtered(false, 2, {none, without_every(3)}));
  behind.pull_all();
  REQUIRE(behind.over()->dispositions.filtered() == 0);
}

TEST_CASE("when nothing passes, the run ends and its reason names the filter and a remedy", "[actors][filter]") {
  for (std::uint32_t order = 0; order <= 10; ++order) {
    rig r(filtered(order % 2 == 0, 2, {filter("bright enough", [](const image&) { return false; })}), order);
    r.pull_all();
    expect_balanced(r);
    REQUIRE(r.over()->how == ending::failed);
    REQUIRE(r.over()->bad_data);
    REQUIRE(r.over()->reason.find("(filtered: bright enough)") != std::string::npos);
    REQUIRE(r.over()->reason.find("filter(data, keep)") != std::string::npos);
  }
}

TEST_CASE("an evaluation skips what is filtered, and says why", "[actors][law][filter]") {
  auto book = std::make_shared<tally_book>();
  pipeline p;
  p.load(files(20), {.shuffle = true}).augment({resize({2, 2})}).batch({.size = 8});
  train_options twice;
  twice.epochs = 2;
  p.train(counting(book), twice).evaluate(files(11), {resize({2, 2}), without_every(5)});
  rig r(p, 3);
  r.disk().missing = {1};
  r.settle();
  expect_balanced(r);
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(r.over()->dispositions.skipped(skip_reason::filtered) == 6);
  REQUIRE(r.over()->dispositions.filtered() == 6);
  REQUIRE(r.over()->dispositions.skipped(skip_reason::unreadable) == 2);
  std::vector<std::int64_t> labels = book->evaluated[0].labels;
  std::sort(labels.begin(), labels.end());
  REQUIRE(labels == std::vector<std::int64_t>{2, 3, 4, 6, 7});
}

TEST_CASE("a sample in several views is replaced in all of them, whichever of them is left out",
          "[actors][law][filter]") {
  std::string digest;
  for (std::uint32_t order = 0; order <= 40; ++order) {
    auto p = pipeline{}
                 .load(files(30), {.shuffle = true, .seed = 3, .epochs = 2})
                 .augment({resize({4, 4}), five_crop(2), noise(),  // noise: no two views are alike
                           filter("even", [](const image& i) { return i.data[0] % 4 != 0; })},
                          {.chunk = 3})
                 .batch({.size = 20})
                 .budget({.cpus = 1 + int(order % 3)})
                 .output({.directory = {}, .digest = true});
    rig r(p, order);
    r.disk().missing = {4};
    for (const auto& b : r.pull_all()) {
      for (std::size_t i = 0; i < b.indices.size(); ++i) REQUIRE(b.indices[i] == b.indices[i / 5 * 5]);
    }
    if (digest.empty()) digest = r.over()->digest;
    expect_balanced(r);
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.replaced > 100);
    REQUIRE(r.over()->dispositions.replaced % 5 == 0);
    REQUIRE(r.over()->digest == digest);
  }
}

TEST_CASE("workers that hang or die lose no sample that waits for its other views", "[actors][law][filter][hang]") {
  const auto p = pipeline{}
                     .load(files(30), {.shuffle = true, .seed = 3, .epochs = 1})
                     .augment({resize({4, 4}), five_crop(2), noise(),
                               filter("even", [](const image& i) { return i.data[0] % 4 != 0; })},
                              {.chunk = 3})
                     .batch({.size = 20})
                     .budget({.cpus = 2})
                     .output({.directory = {}, .digest = true});
  rig undisturbed(p);
  undisturbed.pull_all();
  for (std::uint32_t order = 1; order <= 60; ++order) {
    rig r(p, order);
    while (r.hired() < 2) r.run(1);
    r.run(order);
    if (order % 2 == 0) {
      r.kill(0);
    } else {
      r.freeze(0);
      r.settle();
      r.give_up(0);
      r.run(order % 7);
      r.thaw(0);
    }
    r.pull_all();
    expect_balanced(r);
    REQUIRE(r.over()->digest == undisturbed.over()->digest);
  }
}

TEST_CASE("whoever stops or leaves a filtered run at whatever point, every place comes back", "[actors][law][filter]") {
  for (std::uint32_t at = 1; at <= 120; ++at) {
    auto p = filtered(at % 2 == 0, 2, {without_every(2), noise()});
    if (at % 3 == 0) p.batch({.size = 8, .order = delivery::ready});
    rig r(p, at);
    r.run(at * 3);
    if (at % 4 == 0) {
      r.leave(0);
      r.pull_all();
      REQUIRE(r.over()->how == ending::completed);
    }
    r.stop();
    r.settle();
    r.pull_all();
    expect_balanced(r);
  }
}

TEST_CASE("pixels that are kept decoded are filtered as files are", "[actors][law][filter]") {
  rig plain(filtered(true));
  plain.pull_all();
  auto p = filtered(true);
  p.load(files(60), {.shuffle = true, .seed = 5, .epochs = 2, .cache = cached::decoded});
  rig kept(p, 5);
  kept.pull_all();
  REQUIRE(kept.over()->digest == plain.over()->digest);
  REQUIRE(kept.over()->cache.served > 0);
}

TEST_CASE("filter_rate is said where fewer than half pass, and not where most do", "[actors][alert][filter]") {
  rig low(filtered(false, 2, {filter("one of three", [](const image& i) { return i.data[0] % 3 == 0; })}));
  low.pull_all();
  const auto found =
      std::find_if(low.alerts.begin(), low.alerts.end(), [](const alert& a) { return a.name == "filter_rate"; });
  REQUIRE(found != low.alerts.end());
  REQUIRE(found->severity == severity::warning);
  REQUIRE(found->message.find("pass one of three") != std::string::npos);
  REQUIRE(found->suggestion.find("filter(data, keep)") != std::string::npos);
  rig high(filtered(false, 2, {without_every(3)}));
  high.pull_all();
  REQUIRE_FALSE(said(high, "filter_rate"));
}

TEST_CASE("a stage of one's own leaves samples out by one word", "[actors][law][filter][stage]") {
  for (std::uint32_t order = 0; order <= 10; ++order) {
    auto p = filtered(true, 2, {});
    p.stage("odd ones", [](encoded item) {
      if (item.index % 2 == 0) item.leave_out();
      return item;
    });
    rig r(p, order);
    for (const auto& b : r.pull_all()) {
      for (auto index : b.indices) REQUIRE(index % 2 == 1);
    }
    expect_balanced(r);
    REQUIRE(r.over()->dispositions.filtered() == 60);
    REQUIRE(r.state().own[0].failures == 0);
    REQUIRE_FALSE(said(r, "bad_samples"));
  }
}

TEST_CASE("a filter without a name or a function is refused, and throws as any transform does", "[actors][filter]") {
  REQUIRE_THROWS_WITH(filter("", [](const image&) { return true; }), "filter: name must not be empty");
  REQUIRE_THROWS_WITH(filter("even", std::function<bool(const image&)>{}), "filter: even has no function to call");
  rig r(filtered(false, 2, {filter("picky", [](const image& i) -> bool {
                   if (i.data[0] == 13) throw std::runtime_error("thirteen");
                   return true;
                 })}));
  r.pull_all();
  REQUIRE(r.over()->dispositions.replaced == 2);
  REQUIRE(r.over()->dispositions.filtered() == 0);
  REQUIRE(said(r, "bad_samples"));
}
