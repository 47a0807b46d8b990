#include <troupe/sources/open.hpp>

#include <troupe/sources/nearest.hpp>

#include "contains.hpp"
#include "laws.hpp"
#include "temporary_folder.hpp"

using troupe::open_data;

namespace {

void write_idx_pair(const temporary_folder& folder, const std::string& name, std::uint32_t n) {
  folder.write(name + "-images-idx3-ubyte", idx_bytes({n, 2, 2}, std::string(n * 4, 'x')));
  folder.write(name + "-labels-idx1-ubyte", idx_bytes({n}, std::string(n, '\1')));
}

}  // namespace

TEST_CASE("a folder of IDX files is recognised, with its test split", "[sources]") {
  temporary_folder folder;
  write_idx_pair(folder, "train", 3);
  auto data = open_data(folder.path().string());
  CHECK(data.kind == "idx");
  CHECK_FALSE(data.test);
  write_idx_pair(folder, "t10k", 2);
  data = open_data(folder.path().string());
  REQUIRE(data.test);
  CHECK(data.test->size() == 2);
  CHECK(data.test->class_names() == data.train.class_names());
  CHECK_THAT(data.described, contains("3 images of 2 x 2 pixels") && contains("\n"));
  CHECK(open_data(folder.path().string(), {.format = "fashion-mnist"}).train.class_names()[1] == "Trouser");
  CHECK(open_data("fashion-mnist", {.root = folder.path()}).kind == "fashion-mnist");
}

TEST_CASE("class folders are recognised, and splits of them", "[sources]") {
  temporary_folder folder;
  folder.write("train/cat/1.jpg");
  folder.write("train/dog/1.jpg");
  folder.write("test/dog/1.jpg");
  auto data = open_data(folder.path().string());
  CHECK(data.kind == "folder");
  CHECK(data.train.class_names() == std::vector<std::string>{"cat", "dog"});
  REQUIRE(data.test);
  CHECK(data.test.value()->label(0) == 1);
  folder.write("val/cat/1.jpg");
  data = open_data(folder.path().string());
  CHECK_THAT(data.test.value()->path(0), contains("/val/cat/1.jpg"));
  CHECK(open_data((folder / "train").string()).train.size() == 2);
}

TEST_CASE("a file is not taken for a folder because somebody says so", "[sources]") {
  temporary_folder folder;
  const auto list = folder.write("list.csv", "path,label\n").string();
  for (const std::string format : {"idx", "cifar", "folder", "npy"})
    CHECK_THAT(complaint_of([&] { open_data(list, {format}); }),
               contains("the format " + format + " (--format) needs a folder"));
}

TEST_CASE("a class called train is a class", "[sources]") {
  temporary_folder folder;
  folder.write("train/1.jpg");
  folder.write("test/1.jpg");
  CHECK(open_data(folder.path().string()).train.class_names() == std::vector<std::string>{"test", "train"});
  temporary_folder vehicles;
  vehicles.write("train/steam/1.jpg");
  vehicles.write("ship/1.jpg");
  CHECK(open_data(vehicles.path().string()).train.class_names() == std::vector<std::string>{"ship", "train"});
}

TEST_CASE("a word that names nothing is refused with the nearest one that does", "[sources]") {
  CHECK_THROWS_WITH(open_data("fashion-mnst"), "fashion-mnst: no such folder; did you mean fashion-mnist?");
  temporary_folder folder;
  folder.write("photos/cat/1.jpg");
  const auto root = folder.path().string();
  CHECK_THROWS_WITH(open_data(root + "/fotos"), contains("did you mean " + root + "/photos?"));
  CHECK_THROWS_WITH(open_data(root + "/somewhere-else"), contains("no such folder") && !contains("did you mean"));
  CHECK_THROWS_WITH(open_data(root + "/photos/cat/1.jpg"), contains("is a file; give"));
  for (const auto* name : {"a.tar.bz2", "a.TAR.XZ", "a.zip"})
    CHECK_THROWS_WITH(open_data(folder.write(name).string()), contains("unpack it to a folder"));
  CHECK_THROWS_WITH(open_data(folder.write("a.tsv").string()), contains("with commas in place of tabs"));
  CHECK_THROWS_WITH(open_data(folder.write("a.csv.bz2").string()), contains("unpack it; of packed files .gz"));
  CHECK_THROWS_WITH(open_data(""), contains("no data named"));
  CHECK_THROWS_WITH(open_data(root, {.format = "idx"}), contains("no train-images-idx3-ubyte[.gz]"));
  CHECK_THROWS_AS(open_data(root, {.format = "foldr"}), std::invalid_argument);
  CHECK_THROWS_WITH(open_data(root, {.format = "foldr"}), contains("got foldr; did you mean folder?"));
}

TEST_CASE("a near word is found, a far one is not", "[sources]") {
  CHECK(troupe::edit_distance("", "abc") == 3);
  CHECK(troupe::edit_distance("abcd", "abdc") == 1);
  CHECK(troupe::edit_distance("kitten", "sitting") == 3);
  CHECK(troupe::nearest("cosin", {"constant", "cosine", "one_cycle"}) == "cosine");
  CHECK(troupe::nearest("banana", {"constant", "cosine", "one_cycle"}).empty());
}

TEST_CASE("the fingerprint knows the data, not where it lies", "[sources]") {
  auto of = [](const std::vector<const char*>& names) {
    temporary_folder folder;
    for (const auto* name : names) folder.write(name);
    return troupe::fingerprint(open_data(folder.path().string()).train);
  };
  const auto one = of({"cat/1.jpg", "dog/2.jpg"});
  CHECK(one == of({"dog/2.jpg", "cat/1.jpg"}));
  CHECK(one != of({"cat/1.jpg", "dog/3.jpg"}));
  CHECK(one != of({"cat/1.jpg", "cow/2.jpg"}));
  CHECK(one != of({"cat/1.jpg", "cat/2.jpg", "dog/2.jpg"}));
}

TEST_CASE("the fingerprint of data in memory is over the pixels", "[sources]") {
  temporary_folder a, b;
  write_idx_pair(a, "train", 3);
  write_idx_pair(b, "train", 3);
  auto of = [](const temporary_folder& folder) { return troupe::fingerprint(open_data(folder.path().string()).train); };
  CHECK(of(a) == of(b));
  b.write("train-images-idx3-ubyte", idx_bytes({3, 2, 2}, "xxxxxxxxxxxy"));
  CHECK(of(a) != of(b));
}
