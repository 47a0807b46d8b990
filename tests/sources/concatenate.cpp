#include <troupe/sources/concatenate.hpp>

#include <stdexcept>

#include <troupe/sources/pixels_of.hpp>
#include <troupe/sources/slice.hpp>

#include "laws.hpp"
#include "shelf.hpp"

using namespace troupe;
using names = std::vector<std::string>;

TEST_CASE("parts stand end to end, and classes of one name are one class", "[sources]") {
  const auto a = on_shelf({"cat", "dog"}, {"cat/1", "dog/1"}), b = on_shelf({"ape", "dog"}, {"ape/1", "dog/2"});
  const auto all = concatenate({a, b});
  CHECK(all.class_names() == names{"cat", "dog", "ape"});
  CHECK(members(all) == names{"cat/1", "dog/1", "ape/1", "dog/2"});
  for (std::uint64_t i = 0; i < all.size(); ++i) {
    const auto& name = all.class_names()[std::size_t(all->label(i))];
    CHECK(all->member(i).compare(0, name.size(), name) == 0);
    CHECK(all->path(i) == "shelf/" + all->member(i));
  }
  CHECK(all->part_ends() == std::vector<std::uint64_t>{2, 4});
  CHECK(take(all, 3)->part_ends() == std::vector<std::uint64_t>{3});
  CHECK(all->describe() == "shelf: 2 samples + shelf: 2 samples = 4 samples in 3 classes");
}

TEST_CASE("empty parts and parts of parts keep their places", "[sources]") {
  const auto none = take(on_shelf(1), 0);
  const auto all = concatenate({none, on_shelf(2), none, concatenate({on_shelf(1), on_shelf(3)}), none});
  CHECK(members(all) == names{"a/0", "a/1", "a/0", "a/0", "a/1", "a/2"});
  CHECK(all->part_ends() == std::vector<std::uint64_t>{0, 2, 2, 6, 6});
}

TEST_CASE("parts take class names that are given, and refuse other classes", "[sources]") {
  const auto dogs = on_shelf({"dog"}, {"dog/1"});
  const auto all = concatenate({dogs, on_shelf({"cat"}, {"cat/1"})}, {"ape", "cat", "dog"});
  CHECK(all.classes() == 3);
  CHECK(all->label(0) == 2);
  CHECK(all->label(1) == 1);
  CHECK_THROWS_WITH(concatenate({dogs}, {"cat", "dogs"}),
                    "concatenate: part 0: its class dog is not among the class names given; did you mean dogs?");
}

TEST_CASE("what cannot stand together is refused", "[sources]") {
  CHECK_THROWS_WITH(concatenate({on_shelf(1), on_shelf({"a"}, {"a/1"}, true)}),
                    "concatenate: part 1: its samples are pixels of 1 x 1 x 3 in memory, those of part 0 are files");
  CHECK_THROWS_AS(concatenate({}), std::invalid_argument);
  CHECK_THROWS_AS(concatenate({on_shelf(1), {}}), std::invalid_argument);
}

TEST_CASE("values stand together only under the same names", "[sources]") {
  const auto of = [](std::vector<std::string> columns) {
    return pixels_of(std::vector<std::uint8_t>(2), {1, 1, 1}, label_list::of_values({1, 2, 3, 4}, std::move(columns)));
  };
  const auto both = concatenate({of({"x", "y"}), of({"x", "y"})});
  CHECK(both.class_names() == names{"x", "y"});
  CHECK(label_row(both, 3) == std::vector<float>{3, 4});
  CHECK_THROWS_WITH(concatenate({of({"x", "y"}), of({"y", "x"})}),
                    "concatenate: part 1: its values must have the names of those of part 0, in their order");
  CHECK_THROWS_WITH(concatenate({of({"x", "y"})}, {"x", "y", "z"}),
                    "concatenate: part 0: its values have other names than those given");
}

TEST_CASE("a label that is no class is spelled as none", "[sources]") {
  CHECK(spelled_label(*on_shelf({"cat"}, {"cat/1", "owl/1"}), 0) == "cat");
  CHECK(spelled_label(*on_shelf({"cat"}, {"cat/1", "owl/1"}), 1) == "none");
}

TEST_CASE("classes can be renamed, and become one where they come to have one name", "[sources]") {
  const auto cars = on_shelf({"automobile", "bus", "cab"}, {"automobile/1", "bus/1", "cab/1"});
  const auto data = rename_classes(cars, {{"automobile", "car"}, {"cab", "car"}});
  CHECK(data.class_names() == names{"car", "bus"});
  CHECK(data->label(0) == 0);
  CHECK(data->label(1) == 1);
  CHECK(data->label(2) == 0);
  CHECK(members(data) == members(cars));
  CHECK(data->describe() == "shelf: 3 samples, renamed to 2 classes");
  CHECK_THROWS_WITH(rename_classes(cars, {{"cub", "car"}}), contains("there is no class cub; did you mean cab?"));
}
