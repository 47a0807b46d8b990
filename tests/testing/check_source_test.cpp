#include <troupe/testing/check_source.hpp>

#include <troupe/sources/fashion_mnist.hpp>
#include <troupe/sources/keyed.hpp>

#include <array>
#include <atomic>
#include <cmath>
#include <sstream>
#include <stdexcept>

#include "../catch.hpp"

using namespace troupe;
using troupe::testing::check_source;

namespace {

enum class fault_of {
  nothing,
  size,
  label,
  row,
  row_throws,
  path,
  path_throws,
  location_throws,
  pixels,
  threads,
  companion,
  boxes,
  inverted_box,
  keypoint,
  weight,
  weight_changes,
  describe_throws
};

/// Sound, but for one thing.
class odd_source final : public source {
 public:
  explicit odd_source(fault_of what) : what_(what) {}
  std::uint64_t size() const noexcept override { return what_ == fault_of::size ? 10 + asked_++ : 10; }
  const std::vector<std::string>& class_names() const noexcept override { return names_; }
  std::int64_t label(std::uint64_t i) const noexcept override {
    return what_ == fault_of::label && i == 9 ? 2 : std::int64_t(i % 2);
  }
  void write_label(std::uint64_t i, float* row) const override {
    if (what_ == fault_of::row_throws && i == 4) throw std::runtime_error("no row");
    source::write_label(i, row);
    if (what_ == fault_of::row && i == 4) row[1] = std::nanf("");
  }
  double weight(std::uint64_t i) const noexcept override {
    if (what_ == fault_of::weight_changes) return double(asked_++);
    return what_ == fault_of::weight && i == 2 ? -1 : 1;
  }
  file_range location(std::uint64_t i) const override {
    if (i == 8) throw std::runtime_error("it moved");
    return {path(i)};
  }
  std::string path(std::uint64_t i) const override {
    if (what_ == fault_of::path_throws && i == 3) throw 3;
    if (what_ == fault_of::threads && asked_++ > 85) return "somebody else's";
    return what_ == fault_of::path && i == 3 ? "" : "pixel[" + std::to_string(i) + "]";
  }
  std::span<const std::uint8_t> pixels(std::uint64_t i) const noexcept override {
    if (what_ == fault_of::location_throws) return {};
    return std::span(pixels_).first(what_ == fault_of::pixels && i == 7 ? 3 : 4);
  }
  std::optional<image_shape> shape() const noexcept override { return image_shape{2, 2, 1}; }
  const std::vector<companion>& companions() const noexcept override { return companions_; }
  sample_of companion_of(std::uint64_t i, std::size_t) const override {
    return {this, what_ == fault_of::companion && i == 6 ? 10 : 0u};
  }
  annotations annotated(std::uint64_t i) const noexcept override {
    const bool odd = i == 5;
    return {odd && what_ == fault_of::inverted_box ? odd_boxes_ : boxes_,
            std::span(box_labels_).first(odd && what_ == fault_of::boxes ? 1 : 2),
            {&points_[odd && what_ == fault_of::keypoint], 1}};
  }
  troupe::most_annotated most_annotated() const noexcept override { return {2, 1}; }
  std::string describe() const override {
    if (what_ == fault_of::describe_throws) throw 7;
    return "ten pixels";
  }

 private:
  const fault_of what_;
  mutable std::atomic<std::uint64_t> asked_{0};
  std::vector<std::string> names_{"even", "odd"};
  std::array<std::uint8_t, 4> pixels_{};
  std::vector<companion> companions_{{"masks", companion_kind::mask, image_shape{2, 2, 1}, true}};
  std::array<box, 2> boxes_{box{0, 0, 1, 1}, box{0, 0, 2, 2}}, odd_boxes_{box{0, 0, 1, 1}, box{0, 2, 2, 0}};
  std::array<keypoint, 2> points_{keypoint{0.5, 0.5}, keypoint{0.5, std::nan("")}};
  std::array<std::int64_t, 2> box_labels_{};
};

}  // namespace

TEST_CASE("a source that breaks a rule is told which one", "[testing][law]") {
  const std::pair<fault_of, int> all[] = {
      {fault_of::size, 1},      {fault_of::label, 2},          {fault_of::row, 2},          {fault_of::row_throws, 2},
      {fault_of::path, 3},      {fault_of::path_throws, 3},    {fault_of::pixels, 4},       {fault_of::threads, 5},
      {fault_of::companion, 6}, {fault_of::boxes, 7},          {fault_of::inverted_box, 7}, {fault_of::keypoint, 7},
      {fault_of::weight, 8},    {fault_of::describe_throws, 1}};
  for (const auto& [what, rule] : all) {
    const auto found = check_source(odd_source(what));
    INFO(int(what));
    REQUIRE(found.broken.size() == 1);
    REQUIRE(found.broken.front().number == rule);
  }
  REQUIRE(check_source(odd_source(fault_of::weight_changes)).find(8) != nullptr);
}

TEST_CASE("what a method throws names the sample and the method", "[testing]") {
  const auto how = [](fault_of what, int rule) { return check_source(odd_source(what)).find(rule)->how; };
  REQUIRE(how(fault_of::path_throws, 3) == "sample 3: path() threw something that is no std::exception");
  REQUIRE(how(fault_of::location_throws, 3) == "sample 8: location() threw: it moved");
  REQUIRE(how(fault_of::row_throws, 2) == "sample 4: write_label() threw: no row");
}

TEST_CASE("sources of the library pass, and so does one without a fault", "[testing]") {
  REQUIRE(check_source(odd_source(fault_of::nothing)).passed());
  const auto found = check_source(*fashion_mnist(split::test), {.most_samples = 500});
  std::ostringstream text;
  text << found;
  INFO(text.str());
  REQUIRE(found.passed());
}

TEST_CASE("keys are a sound source, with a shape and without", "[testing]") {
  REQUIRE(check_source(*keyed({"s3://a", "s3://b"})).passed());
  REQUIRE(check_source(*keyed({"a", "b"}, label_list::of_classes({0, 1}), {.shape = image_shape{2, 2, 1}})).passed());
}
