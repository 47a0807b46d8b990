// What belongs to a sample goes wrong like the sample itself: named, replaced, and nothing is left over.
#include <troupe/augment/mixing.hpp>
#include <troupe/sources/derived.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <set>
#include <stdexcept>

#include "../catch.hpp"
#include "delivered.hpp"
#include "rig.hpp"
#include "scenes.hpp"
#include "whole.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

pipeline of_files(std::uint64_t n = 50, int cpus = 2) {
  return pipeline{}
      .load(scenes(n, {.files = true}), {.shuffle = true, .seed = 5, .epochs = 1})
      .augment({random_crop(6), random_horizontal_flip()}, {.chunk = 3})
      .view("clean", {center_crop(4)})
      .batch({.size = 8})
      .budget({.cpus = cpus})
      .output({.directory = {}, .digest = true});
}

train_options one_epoch() {
  train_options once;
  once.epochs = 1;
  return once;
}

std::string first_alert(const rig& r) { return r.alerts.empty() ? "" : r.alerts.front().path; }

}  // namespace

TEST_CASE("a bad mask or second picture is replaced with its sample, and named", "[actors][law][fields]") {
  std::string digest;
  for (std::uint32_t order = 0; order <= 20; ++order) {
    rig r(of_files(), order);
    r.disk().extent = 8;
    r.disk().damaged_masks = {17};
    r.disk().missing_masks = {3};
    r.disk().missing = {1042};
    std::set<std::int64_t> shown;
    while (auto b = r.pull()) {
      for (const auto i : test::read(*b).indices) shown.insert(i);
    }
    r.settle();
    expect_nothing_left(r);
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.replaced == 3);
    for (const int bad : {3, 17, 42}) REQUIRE(shown.count(bad) == 0);
    if (digest.empty()) digest = r.over()->digest;
    REQUIRE(r.over()->digest == digest);
  }
  rig r(of_files(), 0, true);
  r.disk().extent = 8;
  r.disk().missing_masks = {3};
  r.pull_all();
  r.wait(std::chrono::milliseconds(200));
  REQUIRE(first_alert(r) == "m3");
}

namespace {

// Pictures in memory, of which two do not know what belongs to them.
class unsure final : public derived_source {
 public:
  explicit unsure(dataset data) : derived_source({std::move(data)}) {}
  std::uint64_t size() const noexcept override { return from().front().size(); }
  std::string describe() const override { return from().front()->describe(); }
  sample_of companion_of(std::uint64_t index, std::size_t n) const override {
    if (index == 17) throw std::runtime_error("no second picture");
    if (index == 3 && n == 1) throw 3;  // what is there already is not delivered
    return derived_source::companion_of(index, n);
  }

 private:
  origin origin_of(std::uint64_t index) const noexcept override { return {0, index}; }
};

}  // namespace

TEST_CASE("a source in memory that throws for a sample makes that one bad, and no other", "[actors][law][fields]") {
  std::string digest;
  for (std::uint32_t order = 0; order <= 20; ++order) {
    auto p = of_files(50, 1 + int(order % 3));
    p.load(dataset(std::make_shared<unsure>(scenes(50))), {.shuffle = true, .seed = 5, .epochs = 1});
    rig r(p, order);
    std::set<std::int64_t> shown;
    while (auto b = r.pull()) {
      for (const auto i : test::read(*b).indices) shown.insert(i);
    }
    r.settle();
    expect_nothing_left(r);
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.replaced == 2);
    REQUIRE(shown.count(3) + shown.count(17) == 0);
    if (digest.empty()) digest = r.over()->digest;
    REQUIRE(r.over()->digest == digest);
  }
}

TEST_CASE("a mask of another size makes a bad sample with the path of the mask", "[actors][fields]") {
  auto data = zip(scenes(40, {.files = true, .masks = false, .second = false}), scenes(40, {.files = true}), "other");
  rig r(pipeline{}
            .load(with_masks(data, scenes(40, {.files = true})), {.epochs = 1})  // RGB, which no mask is
            .augment({resize({4, 4})}),
        0, true);
  r.disk().extent = 8;
  r.pull_all();
  r.wait(std::chrono::milliseconds(200));
  REQUIRE(r.over()->how == ending::failed);
  REQUIRE(r.over()->reason.find("the mask must be a PNG") != std::string::npos);
  expect_nothing_left(r);
}

TEST_CASE("a sample with more boxes or keypoints than there is room for is too large", "[actors][fields]") {
  for (const bool boxes : {false, true}) {
    augment_options few;
    (boxes ? few.most_boxes : few.most_keypoints) = 2;
    rig r(pipeline{}.load(scenes(21), {.epochs = 1}).augment({resize({4, 4})}, few).batch({.size = 7}));
    while (auto b = r.pull()) {
      REQUIRE(b->field(boxes ? "boxes" : "keypoints").shape[1] == 2);
      for (const auto i : test::read(*b).indices) REQUIRE(i % 4 != 3);
    }
    r.settle();
    REQUIRE(r.over()->dispositions.replaced == 5);
    expect_nothing_left(r);
  }
  rig roomy(pipeline{}.load(scenes(8), {.epochs = 1}).augment({}, {.most_boxes = 5}).batch({.size = 8}));
  const auto b = *roomy.pull();
  REQUIRE(b.field("boxes").shape == std::vector<std::int64_t>{8, 5, 4});
  const auto* labels = b.field("box_labels").as<std::int64_t>();
  REQUIRE(std::vector<std::int64_t>(labels + 15, labels + 20) == std::vector<std::int64_t>{3, 4, 5, -1, -1});
  REQUIRE(b.field("lengths").as<std::int64_t>()[3] == 3);
}

TEST_CASE("a run with all fields stops at any message", "[actors][law][fields]") {
  for (std::size_t n = 0; n < 160; ++n) {
    rig r(of_files(40), std::uint32_t(1 + n % 7));
    r.disk().extent = 8;
    r.disk().damaged_masks = {5};
    r.run(n);
    r.stop();
    r.pull_all();
    expect_nothing_left(r);
  }
}

TEST_CASE("a worker that hangs or dies costs no field of any row", "[actors][law][fields][hang]") {
  rig undisturbed(of_files());
  undisturbed.disk().extent = 8;
  undisturbed.pull_all();
  for (std::uint32_t order = 1; order <= 40; ++order) {
    rig r(of_files(), order);
    r.disk().extent = 8;
    while (r.hired() < 2) r.run(1);
    r.run(order);
    if (order % 2 == 0) {
      r.breaches_throw = false;
      r.kill(0);
    } else {
      r.freeze(0);
      r.settle();
      r.give_up(0);
      for (std::uint32_t taken = 0; taken < order % 3; ++taken) r.pull();
      r.thaw(0);
    }
    r.pull_all();
    expect_nothing_left(r);
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.delivered == 50);
    REQUIRE(r.over()->digest == undisturbed.over()->digest);
  }
}

TEST_CASE("pictures and masks that need much scratch share what there is", "[actors][fields]") {
  for (std::uint32_t order = 0; order <= 5; ++order) {
    rig r(pipeline{}
              .load(scenes(12, {.files = true, .marked = false}), {.epochs = 1})
              .augment({resize({4, 4})}, {.chunk = 1})
              .batch({.size = 4})
              .budget({.cpus = 3}),
          order);
    r.disk().extent = 1300;
    r.disk().interlaced = true;
    r.pull_all();
    REQUIRE(r.over()->how == ending::completed);
    REQUIRE(r.over()->dispositions.delivered == 12);
    expect_nothing_left(r);
  }
}

TEST_CASE("a trainer takes images and labels: nothing else is read", "[actors][fields]") {
  auto book = std::make_shared<tally_book>();
  rig r(pipeline{}
            .load(scenes(20, {.files = true}))
            .augment({resize({4, 4})})
            .batch({.size = 5})
            .train(counting(book), one_epoch()));
  r.disk().extent = 8;
  std::uint64_t opened = 0;
  r.disk().on_open = [&](std::uint64_t) { ++opened; };
  r.settle();
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(opened == 20);
  REQUIRE(book->trained.size() == 4);
}

TEST_CASE("fields that make no sense are refused where they are written", "[pipeline][fields]") {
  const auto p = of_files();
  auto trained = p;
  trained.train(counting(std::make_shared<tally_book>()), one_epoch());
  REQUIRE_THROWS_WITH(pipeline{p}.batch_map({mixup(0.2)}).settings(),
                      "batch_map: mixed pictures have no masks; leave mixing out, or load data without them");
  REQUIRE_THROWS_WITH(pipeline{p}.augment({resize({4, 4}), aug_mix()}).settings(),
                      "augment: aug_mix mixes pictures that were moved apart: masks, boxes and keypoints have no one "
                      "place in it; leave it out");
  REQUIRE_THROWS_WITH(
      trained.settings(),
      "view: a trainer takes images and labels alone; leave view(\"clean\") out, or take the batches in "
      "a loop of your own");
  for (const char* name : {"", "images", "masks", "clean"}) {
    REQUIRE_THROWS_WITH(
        pipeline{p}.view(name, {}),
        "view: name must be a new one, not empty, that no other field has, got \"" + std::string(name) + "\"");
  }
  REQUIRE_THROWS_WITH(pipeline{p}.view("more", {five_crop(2)}).settings(),
                      "view: the views of a sample in it must be 1, or the 1 of images, got 5");
  REQUIRE_THROWS_WITH(
      pipeline{p}.view("more", {resize(9)}).settings(),
      "view more: augment: results must all have one size, and [resize(9)] leaves it to each image; add "
      "center_crop, random_crop or resize({height, width})");
  REQUIRE_THROWS_WITH(pipeline{p}.augment({}, {.most_boxes = 70000}),
                      "augment: most_boxes must be <= 65536, got 70000");
  REQUIRE_THROWS_WITH(zip(scenes(3), scenes(4)), "zip: both must have as many samples, got 3 and 4");
  REQUIRE_THROWS_WITH(with_masks(scenes(3), scenes(3)), "with_masks: the pictures have masks already");
  rig r(pipeline{}.load(scenes(3), {.epochs = 1}).batch({.size = 3}));
  const auto b = *r.pull();
  REQUIRE_THROWS_WITH(
      b.field("mask"),
      "batch: there is no field mask, its fields are images, labels, indices, masks, boxes, box_labels, "
      "lengths, keypoints, keypoint_lengths, second");
}
