// Labels that are none of the classes, whoever says them, make bad samples; so do labels that cannot be told.
#include <troupe/augment/mixing.hpp>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "../catch.hpp"
#include "rig.hpp"
#include "whole.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

/// 60 grey pixels with the label that it is told to say; with columns, each sample has that of its index modulo 3.
class labelled final : public source {
 public:
  labelled(std::set<std::uint64_t> odd, std::int64_t odd_label, label_kind kind = label_kind::classes,
           std::size_t classes = 3)
      : odd_(std::move(odd)), odd_label_(odd_label), kind_(kind), pixels_(60) {
    for (std::size_t c = 0; c < classes; ++c) names_.push_back("class " + std::to_string(c));
  }
  std::uint64_t size() const noexcept override { return pixels_.size(); }
  const std::vector<std::string>& class_names() const noexcept override { return names_; }
  std::int64_t label(std::uint64_t i) const noexcept override {
    return odd_.count(i) > 0 ? odd_label_ : std::int64_t(i % 3);
  }
  label_kind labels() const noexcept override { return kind_; }
  void write_label(std::uint64_t i, float* row) const override {
    if (odd_.count(i) > 0) throw std::runtime_error("the label server is down");
    std::fill_n(row, names_.size(), 0.0F);
    row[i % 3] = 1;
  }
  std::string path(std::uint64_t i) const override { return "pixel " + std::to_string(i); }
  std::span<const std::uint8_t> pixels(std::uint64_t i) const noexcept override { return {&pixels_[i], 1}; }
  std::optional<image_shape> shape() const noexcept override { return image_shape{1, 1, 1}; }
  std::string describe() const override { return "60 labelled pixels"; }

 private:
  std::set<std::uint64_t> odd_;
  std::int64_t odd_label_;
  label_kind kind_;
  std::vector<std::uint8_t> pixels_;
  std::vector<std::string> names_;
};

pipeline of(const dataset& data) {
  return pipeline{}
      .load(data, {.shuffle = true, .seed = 5, .epochs = 2})
      .augment({}, {.chunk = 4})
      .batch({.size = 8})
      .output({.directory = {}, .digest = true});
}

pipeline of_labels(std::set<std::uint64_t> odd, std::int64_t label, std::size_t classes = 3) {
  return of({std::make_shared<labelled>(std::move(odd), label, label_kind::classes, classes)});
}

// The detail of the last alert of bad samples.
std::string expect_replaced(rig& r, const std::set<std::uint64_t>& odd) {
  for (const auto& b : r.pull_all()) {
    REQUIRE(std::none_of(b.indices.begin(), b.indices.end(), [&](auto i) { return odd.count(std::uint64_t(i)) > 0; }));
    REQUIRE(std::all_of(b.labels.begin(), b.labels.end(), [](auto l) { return l >= 0 && l < 3; }));
    for (std::size_t i = 0; i < b.shares.size(); i += 3)
      REQUIRE(b.shares[i] + b.shares[i + 1] + b.shares[i + 2] == Approx(1));
  }
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(r.over()->dispositions.replaced == 2 * odd.size());
  expect_nothing_left(r);
  r.wait(std::chrono::seconds(1));
  REQUIRE_FALSE(r.alerts.empty());
  return r.alerts.back().message;
}

}  // namespace

TEST_CASE("a label that is none of the classes makes a bad sample, whatever labels a batch has",
          "[actors][law][label]") {
  std::string digests[2];
  for (std::uint32_t order = 1; order <= 20; ++order) {
    for (const bool mixed : {false, true}) {
      auto p = of_labels({7, 31}, order % 2 == 0 ? 99 : -2);
      if (mixed) p.batch_map({label_smoothing(0.1)});
      rig r(p.budget({.cpus = 1 + int(order % 3)}), order, true);
      const auto said = expect_replaced(r, {7, 31});
      REQUIRE_THAT(said, Catch::Contains(order % 2 == 0 ? "(corrupt: its label is 99, of 3 classes)"
                                                        : "(corrupt: its label is -2, of 3 classes)"));
      if (digests[mixed].empty()) digests[mixed] = r.over()->digest;
      REQUIRE(r.over()->digest == digests[mixed]);
    }
  }
}

TEST_CASE("a label that a stage of one's own gives is held against the classes, too", "[actors][label][stage]") {
  rig r(of_labels({}, 0).stage("relabel",
                               [](encoded item) {
                                 if (item.index == 7) item.label = 3;
                                 return item;
                               }),
        3, true);
  REQUIRE_THAT(expect_replaced(r, {7}), Catch::Contains("its label is 3, of 3 classes"));
}

TEST_CASE("no label is a label, and without names of classes every number is one", "[actors][label]") {
  for (const std::int64_t label : {-1, 99}) {
    rig r(of_labels({7}, label, label < 0 ? 3 : 0));
    std::size_t seen = 0;
    for (const auto& b : r.pull_all()) seen += std::size_t(std::count(b.labels.begin(), b.labels.end(), label));
    REQUIRE(seen == 2);
    REQUIRE(r.over()->dispositions.replaced == 0);
  }
}

TEST_CASE("a source that throws where a label is due costs that sample, and its words are told",
          "[actors][law][label]") {
  std::string digest;
  for (std::uint32_t order = 1; order <= 20; ++order) {
    auto data = std::make_shared<labelled>(std::set<std::uint64_t>{7, 31}, 0, label_kind::multi_hot);
    rig r(of({data}).budget({.cpus = 1 + int(order % 3)}), order, true);
    const auto said = expect_replaced(r, {7, 31});
    REQUIRE_THAT(said, Catch::Contains("(io: the label server is down)"));
    if (digest.empty()) digest = r.over()->digest;
    REQUIRE(r.over()->digest == digest);
  }
}
