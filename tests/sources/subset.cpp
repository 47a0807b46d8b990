#include <troupe/sources/subset.hpp>

#include "contains.hpp"
#include "shelf.hpp"
#include "temporary_folder.hpp"

#include <troupe/sources/image_folder.hpp>

using namespace troupe;
using names = std::vector<std::string>;

TEST_CASE("a subset has the samples that were named, in that order", "[sources]") {
  const auto data = on_shelf(10);
  CHECK(members(subset(data, {7, 2, 2})) == names{"a/7", "a/2", "a/2"});
  CHECK(members(subset(data, {})).empty());
  CHECK(subset(data, {7})->describe() == "shelf: 10 samples, 1 sample of them");
  CHECK_THROWS_WITH(subset(data, {0, 10}), "subset: an index must be < 10, got 10 at place 1");
}

TEST_CASE("a filter keeps what its function wants, by path, label or size, and says how many", "[sources]") {
  temporary_folder folder;
  folder.write("cat/small.jpg", "1");
  folder.write("cat/large.jpg", std::string(5000, 'x'));
  folder.write("dog/large.jpg", std::string(2000, 'x'));
  const auto data = image_folder(folder.path());
  const auto large = filter(
      data, [](const candidate& c) { return c.bytes() >= 1000; }, "1 kB and more");
  CHECK(members(large) == names{"cat/large.jpg", "dog/large.jpg"});
  CHECK_THAT(large->describe(), contains("3 files in 2 class folders, 2 of 3 kept (1 kB and more)"));
  CHECK(members(filter(data, [](const candidate& c) { return c.class_name() == "dog" && c.label() == 1; })) ==
        names{"dog/large.jpg"});
  CHECK(members(filter(large, [](const candidate& c) { return c.path().find("/cat/") != std::string::npos; })) ==
        names{"cat/large.jpg"});
  CHECK(large.class_names() == names{"cat", "dog"});
}

TEST_CASE("a filter asks once for each sample, in order, and what it throws comes out", "[sources]") {
  std::vector<std::uint64_t> asked;
  const auto data = filter(on_shelf(5), [&](const candidate& c) {
    asked.push_back(c.index());
    return c.index() % 2 == 0;
  });
  CHECK(asked == std::vector<std::uint64_t>{0, 1, 2, 3, 4});
  CHECK(data.size() == 3);
  CHECK(asked.size() == 5);
  CHECK_THROWS_WITH(filter(on_shelf(5), [](const candidate&) -> bool { throw std::runtime_error("no"); }), "no");
}

TEST_CASE("the size of a sample is that of its file, or of its pixels in memory", "[sources]") {
  const auto here = on_shelf({"a"}, {"a/1", "a/2"}, true), nowhere = on_shelf(2);
  CHECK(candidate(*here, 1).bytes() == 3);
  CHECK(candidate(*nowhere, 1).bytes() == 0);
}
