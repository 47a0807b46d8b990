#include <troupe/sources/pixels_of.hpp>

#include <troupe/sources/open.hpp>

#include "laws.hpp"

using troupe::label_list;
using troupe::pixels_of;

namespace {

const std::vector<std::uint8_t> twelve = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

}  // namespace

TEST_CASE("a program's own pixels are a data set without a copy", "[sources]") {
  auto owner = std::make_shared<const std::vector<std::uint8_t>>(twelve);
  std::weak_ptr<const void> watched = owner;
  auto data = pixels_of(*owner, owner, {2, 2, 1}, label_list::of_classes({1, 0, 1}, {"cat", "dog"}), "mine");
  CHECK(data->pixels(1).data() == owner->data() + 4);
  owner.reset();
  CHECK_FALSE(watched.expired());
  CHECK(data.size() == 3);
  CHECK(data->in_memory());
  CHECK(data->path(2) == "mine[2]");
  CHECK(data->label(2) == 1);
  CHECK(label_row(data, 1) == std::vector<float>{1, 0});
  CHECK(data->describe() == "mine: 3 images of 2 x 2 pixels in 2 classes, in memory");
  data = {};
  CHECK(watched.expired());
}

TEST_CASE("labels of every kind go with pixels", "[sources]") {
  const auto several = pixels_of(twelve, {2, 2, 1}, label_list::of_several({{0, 2}, {}, {1}}, {"a", "b", "c"}));
  CHECK(several->labels() == troupe::label_kind::multi_hot);
  CHECK(label_row(several, 0) == std::vector<float>{1, 0, 1});
  CHECK(all_labels(several) == std::vector<std::int64_t>{0, -1, 1});
  const auto values = pixels_of(twelve, {2, 1, 3}, label_list::of_values({1, 2, 3, 4}, {"x", "y"}));
  CHECK(label_row(values, 1) == std::vector<float>{3, 4});
  CHECK(values->describe() == "memory: 2 images of 2 x 1 RGB pixels with 2 values each, in memory");
}

TEST_CASE("the fingerprint of pixels is over pixels and labels, not over their name", "[sources]") {
  const auto of = [](std::vector<std::uint8_t> pixels, std::vector<std::int64_t> labels, const char* name) {
    return troupe::fingerprint(
        pixels_of(std::move(pixels), {2, 2, 1}, label_list::of_classes(std::move(labels), {"a", "b"}), name));
  };
  auto other = twelve;
  other[11] = 0;
  CHECK(of(twelve, {0, 1, 0}, "x") == of(twelve, {0, 1, 0}, "y"));
  CHECK(of(twelve, {0, 1, 0}, "x") != of(twelve, {0, 1, 1}, "x"));
  CHECK(of(twelve, {0, 1, 0}, "x") != of(other, {0, 1, 0}, "x"));
}

TEST_CASE("pixels that are no samples are refused by option and range", "[sources]") {
  const auto refused = [](troupe::image_shape shape, std::vector<std::int64_t> labels) {
    return complaint_of([&] { pixels_of(twelve, shape, label_list::of_classes(std::move(labels))); });
  };
  CHECK(refused({2, 2, 2}, {0, 0, 0}) == "pixels_of: channels must be 1 or 3, got 2");
  CHECK(refused({0, 2, 1}, {0, 0, 0}) == "pixels_of: height must be 1 ... 16384, got 0");
  CHECK(refused({2, 5, 1}, {0}) == "pixels_of: pixels must be samples of 10 bytes, got 12 bytes");
  CHECK(refused({2, 2, 1}, {0}) == "pixels_of: labels must be 3, one a sample, got 1");
  CHECK_THAT(refused({2, 2, 1}, {0, -1, 0}), contains("a label must be 0 ... "));
  CHECK_THAT(complaint_of([] { label_list::of_classes({2}, {"a", "b"}); }), contains("must be 0 ... 1, got 2"));
  CHECK_THAT(complaint_of([] { label_list::of_values({1, 2, 3}, {"x", "y"}); }), contains("rows of 2, got 3 in all"));
}
