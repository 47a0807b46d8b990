// What belongs to a sample goes with it through stages of one's own.
#include <algorithm>
#include <memory>
#include <set>

#include "../catch.hpp"
#include "rig.hpp"
#include "scenes.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

pipeline of_files() {
  return pipeline{}
      .load(scenes(50, {.files = true}), {.shuffle = true, .seed = 5, .epochs = 1})
      .augment({random_crop(6), random_horizontal_flip()}, {.chunk = 3})
      .view("clean", {center_crop(4)})
      .batch({.size = 8})
      .budget({.cpus = 2})
      .output({.directory = {}, .digest = true});
}

std::string digest_of(const pipeline& p, std::uint32_t order = 0) {
  rig r(p, order);
  r.disk().extent = 8;
  r.pull_all();
  REQUIRE(r.over());
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(r.over()->dispositions.balanced());
  REQUIRE(r.state().read_ahead.held() == 0);
  REQUIRE(r.actors() == 0);
  return r.over()->digest;
}

// Loses what belongs to one sample, and copies the mask of another.
struct careless_state : own_stage_state {
  static inline const char* name = "careless";
  careless_state() = default;
  void arrived(chunks<encoded>& what) {
    for (auto& c : what.all) {
      for (auto& item : c.items) {
        if (item.index == 7) item.companions.clear();
        if (item.index != 8) continue;
        auto& mask = item.companions[1];
        auto copy = std::make_shared<const std::vector<std::uint8_t>>(mask.bytes.begin(), mask.bytes.end());
        mask = {*copy, mask.raw, copy};
      }
    }
    own_stage_state::arrived(what);
  }
};

own_actor::behavior_type careless(self_of<own_actor, careless_state> self, const gives<encoded>& upstream) {
  return stage_behavior(self, upstream);
}

}  // namespace

TEST_CASE("a stage of one's own sees a sample once, with all that belongs to it", "[actors][fields][stage]") {
  std::set<std::uint64_t> seen;
  bool complete = true;
  auto staged = of_files();
  staged.stage("look", [&](encoded item) {
    complete = complete && seen.insert(item.index).second && item.companions.size() == 2;
    encoded made;  // its companions need not be copied
    made.hold({item.bytes.begin(), item.bytes.end()});
    made.label = item.label;
    return made;
  });
  REQUIRE(digest_of(staged) == digest_of(of_files()));
  REQUIRE(complete);
  REQUIRE(seen.size() == 50);
}

TEST_CASE("what a stage makes of a mask counts as read ahead and goes with its picture", "[actors][fields][stage]") {
  auto p = of_files();
  p.stage("blank", [](encoded item) {
    auto blank = std::make_shared<const std::vector<std::uint8_t>>(64, std::uint8_t{9});
    item.companions[1] = {*blank, image_shape{8, 8, 1}, blank};
    return item;
  });
  rig r(p);
  r.disk().extent = 8;
  while (auto b = r.pull()) {
    const auto masks = b->field("masks");
    const auto* ids = masks.as<std::uint8_t>();
    REQUIRE(std::all_of(ids, ids + masks.elements(), [](std::uint8_t id) { return id == 9; }));
  }
  r.settle();
  REQUIRE(r.state().read_ahead.held() == 0);
}

TEST_CASE("a whole actor hands on what belongs to a sample, or the sample is bad", "[actors][fields][stage]") {
  auto p = of_files();
  p.stage("function", [](encoded item) { return item; });
  p.stage("careless", [](caf::actor_system& system, gives<encoded> upstream) {
    return own_actor{system.spawn(careless, std::move(upstream))};
  });
  std::string digest;
  for (std::uint32_t order = 0; order <= 10; ++order) {
    rig r(p, order);
    r.disk().extent = 8;
    while (auto b = r.pull()) {
      for (const auto i : test::read(*b).indices) REQUIRE(i != 7);
    }
    r.settle();
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.replaced == 1);
    REQUIRE(r.over()->dispositions.balanced());
    REQUIRE(r.state().read_ahead.held() == 0);
    if (digest.empty()) digest = r.over()->digest;
    REQUIRE(r.over()->digest == digest);
  }
}
