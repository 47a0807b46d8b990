// Boxes and keypoints that cannot be.
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <set>

#include "../catch.hpp"
#include "rig.hpp"
#include "whole.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

/// A box with its class, and a point.
struct marks {
  box at;
  std::int64_t label = 0;
  keypoint point;
};

/// Grey pixels, 8 x 8, all marked alike but for some.
class marked final : public source {
 public:
  marked(std::uint64_t n, marks rule, std::set<std::uint64_t> odd_ones, marks odd)
      : n_(n), odd_(std::move(odd_ones)), marks_{rule, odd} {}
  std::uint64_t size() const noexcept override { return n_; }
  const std::vector<std::string>& class_names() const noexcept override { return names_; }
  std::int64_t label(std::uint64_t) const noexcept override { return 0; }
  std::string path(std::uint64_t i) const override { return std::to_string(i); }
  std::span<const std::uint8_t> pixels(std::uint64_t) const noexcept override { return pixels_; }
  std::optional<image_shape> shape() const noexcept override { return image_shape{8, 8, 1}; }
  annotations annotated(std::uint64_t i) const noexcept override {
    const auto& m = marks_[odd_.count(i)];
    return {{&m.at, 1}, {&m.label, 1}, {&m.point, 1}};
  }
  troupe::most_annotated most_annotated() const noexcept override { return {1, 1}; }
  const std::vector<std::string>& box_class_names() const noexcept override { return names_; }
  std::string describe() const override { return "marked pixels"; }

 private:
  std::uint64_t n_;
  std::set<std::uint64_t> odd_;
  std::array<marks, 2> marks_;
  std::vector<std::uint8_t> pixels_ = std::vector<std::uint8_t>(64);
  std::vector<std::string> names_{"cat", "dog"};
};

}  // namespace

TEST_CASE("a box, a keypoint or a class that cannot be makes a bad sample with words, before anything is cropped",
          "[actors][law][fields]") {
  const double nan = std::nan("");
  const marks fine{{2, 2, 6, 7}, 1, {3, 4}};
  const std::pair<marks, const char*> all[] = {
      {{{2, nan, 6, 7}, 1, {3, 4}}, "corrupt: box 0 is 2, nan, 6, 7: edges must be finite"},
      {{{6, 2, 2, 7}, 1, {3, 4}}, "corrupt: box 0 is 6, 2, 2, 7: x0 <= x1 and y0 <= y1 must hold"},
      {{{2, 2, 6, 7}, 2, {3, 4}}, "corrupt: the label of box 0 is 2, of 2 classes"},
      {{{2, 2, 6, 7}, -1, {3, 4}}, "corrupt: the label of box 0 is -1, of 2 classes"},
      {{{2, 2, 6, 7}, 1, {nan, 4, false}}, "corrupt: keypoint 0 is nan, 4: it must be finite"}};
  const auto run_of = [&](const marks& odd) {
    return pipeline{}
        .load(dataset(std::make_shared<marked>(20, fine, std::set<std::uint64_t>{3, 11}, odd)),
              {.shuffle = true, .seed = 5, .epochs = 1})
        .augment({random_crop(4)}, {.chunk = 3})
        .batch({.size = 4})
        .output({.directory = {}, .digest = true});
  };
  std::string digest;
  for (const auto& [odd, words] : all) {
    for (std::uint32_t order = 0; order <= 5; ++order) {
      rig r(run_of(odd).budget({.cpus = 1 + int(order % 3)}), order, true);
      r.pull_all();
      expect_nothing_left(r);
      REQUIRE(r.over()->how == ending::completed);
      REQUIRE(r.over()->dispositions.replaced == 2);
      if (digest.empty()) digest = r.over()->digest;
      REQUIRE(r.over()->digest == digest);
      r.wait(std::chrono::milliseconds(200));
      REQUIRE_THAT(r.alerts.back().message, Catch::Contains(words));
    }
  }
  rig flat(run_of({{2, 2, 2, 7}, 0, {30, 4}}));  // a box without area, a point that lies beyond: nothing to see of them
  flat.pull_all();
  REQUIRE(flat.over()->dispositions.replaced == 0);
}
