#include <troupe/sources/image_folder.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <random>

#include <troupe/sources/listing.hpp>

#include "contains.hpp"
#include "temporary_folder.hpp"

using troupe::image_folder;

namespace {

std::vector<std::string> members(const troupe::dataset& data) {
  std::vector<std::string> out;
  for (std::uint64_t i = 0; i < data.size(); ++i) out.push_back(data->member(i));
  return out;
}

}  // namespace

TEST_CASE("classes and samples come in byte order, with what lies in folders below", "[sources]") {
  temporary_folder folder;
  for (const auto* name :
       {"b/2.jpg", "b/10.JPG", "b/deep/er/x.png", "b/deep.jpeg", "a b/1.jpg", "a/z.jpg", "a/\xC3\xA9.jpg", "Z/1.webp"})
    folder.write(name);
  const auto data = image_folder(folder.path());
  CHECK(data.class_names() == std::vector<std::string>{"Z", "a", "a b", "b"});
  CHECK(members(data) == std::vector<std::string>{"Z/1.webp", "a/z.jpg", "a/\xC3\xA9.jpg", "a b/1.jpg", "b/10.JPG",
                                                  "b/2.jpg", "b/deep.jpeg", "b/deep/er/x.png"});
  CHECK(data->label(2) == 1);
  CHECK(data->label(7) == 3);
  CHECK(data->pixels(0).empty());
  CHECK_FALSE(data->shape());
  for (std::uint64_t i = 0; i < data.size(); ++i) CHECK(std::ifstream(data->path(i)).good());
}

TEST_CASE("the order does not depend on the order in which the files were made", "[sources]") {
  std::vector<std::string> names;
  names.reserve(500);
  for (int i = 0; i < 500; ++i)
    names.push_back(std::string(1, 'c') + std::to_string(i % 7) + "/" + std::to_string(i * 7919) + ".jpg");
  std::vector<std::string> expected;
  std::mt19937 shuffle(1);
  for (int round = 0; round < 3; ++round) {
    temporary_folder folder;
    for (const auto& name : names) folder.write(name);
    auto got = members(image_folder(folder.path()));
    if (round == 0) expected = got;
    CHECK(got == expected);
    std::shuffle(names.begin(), names.end(), shuffle);
  }
  CHECK(expected.size() == names.size());
  CHECK(std::is_sorted(expected.begin(), expected.end()));
}

TEST_CASE("what is no image is passed by and counted, and so are hidden names", "[sources]") {
  temporary_folder folder;
  for (const auto* name : {"cat/1.jpg", "cat/notes.txt", "cat/Thumbs.db", "cat/labels.csv", "cat/.DS_Store",
                           "cat/._1.jpg", ".git/x.jpg", "dog/7.png", "empty/readme.md", "README.txt"})
    folder.write(name);
  REQUIRE(::mkfifo((folder / "dog/pipe.jpg").c_str(), 0600) == 0);
  const auto data = image_folder(folder.path());
  CHECK(members(data) == std::vector<std::string>{"cat/1.jpg", "dog/7.png"});
  CHECK(data.class_names() == std::vector<std::string>{"cat", "dog"});
  CHECK_THAT(data->describe(),
             contains("2 files in 2 class folders") && contains("1 folder without images left out (empty)") &&
                 contains("4 files without an image's extension") && contains("1 pipe, socket or device") &&
                 contains("3 hidden names") && contains("1 file outside class folders"));
  CHECK_THAT(image_folder((folder / "").string())->path(0), contains("/cat/1.jpg") && !contains("//"));
}

TEST_CASE("nothing is passed by in silence, and nothing is said where nothing was", "[sources]") {
  temporary_folder folder;
  folder.write("cat/1.jpg");
  CHECK(image_folder(folder.path())->describe() == folder.path().string() + ": 1 file in 1 class folder");
}

TEST_CASE("links are followed, loops are not, broken ones are counted", "[sources]") {
  namespace fs = std::filesystem;
  temporary_folder folder, elsewhere;
  folder.write("cat/1.jpg");
  folder.write("dog/1.jpg");
  elsewhere.write("more/2.jpg");
  fs::create_symlink(folder / "cat/1.jpg", folder / "cat/same.jpg");
  fs::create_symlink(folder / "nowhere", folder / "cat/broken.jpg");
  fs::create_directory_symlink(elsewhere / "more", folder / "cat/more");
  fs::create_directory_symlink(elsewhere / "more", folder / "fox");
  fs::create_directory_symlink("..", folder / "cat/up");
  fs::create_directory_symlink(".", folder / "dog/self");
  const auto data = image_folder(folder.path());
  CHECK(members(data) == std::vector<std::string>{"cat/1.jpg", "cat/same.jpg", "dog/1.jpg", "fox/2.jpg"});
  CHECK_THAT(data->describe(), contains("1 broken link") && contains("3 folders met again through a link"));
}

TEST_CASE("no sample is met twice through a link between classes, and each is met where it lies", "[sources]") {
  namespace fs = std::filesystem;
  temporary_folder folder;
  for (const auto* name : {"cat/1.jpg", "cat/red/2.jpg", ".store/3.jpg"}) folder.write(name);
  fs::create_directory(folder / "ant");
  fs::create_directory_symlink("cat", folder / "dog");
  fs::create_directory_symlink("cat/red", folder / "bat");
  fs::create_directory_symlink(folder / "cat/red", folder / "ant/red");
  fs::create_directory_symlink(".store", folder / "fox");
  const auto data = image_folder(folder.path());
  CHECK(members(data) == std::vector<std::string>{"cat/1.jpg", "cat/red/2.jpg", "fox/3.jpg"});
  CHECK(data.class_names() == std::vector<std::string>{"cat", "fox"});
  CHECK_THAT(data->describe(), contains("3 folders met again through a link, 1 hidden name"));
}

TEST_CASE("names are bytes, whatever their encoding", "[sources]") {
  temporary_folder folder;
  folder.write("caf\xE9/\xFF\n.jpg");
  const auto data = image_folder(folder.path());
  CHECK(data->member(0) == "caf\xE9/\xFF\n.jpg");
  CHECK(std::ifstream(data->path(0)).good());
}

TEST_CASE("a folder that cannot be trained on is refused in one sentence", "[sources]") {
  temporary_folder folder;
  const auto root = folder.path().string();
  CHECK_THROWS_WITH(image_folder(root), contains(root + " is empty: put each class's images in a folder of its own"));
  CHECK_THROWS_WITH(image_folder(root + "/none"), contains(root + "/none: no such folder"));
  folder.write("1.jpg");
  CHECK_THROWS_WITH(image_folder(root), contains(root +
                                                 " has no class folders: put each class's images in a folder of its "
                                                 "own, " +
                                                 root + "/cat/1.jpg"));
  CHECK_THROWS_WITH(image_folder(root + "/1.jpg"), contains("is a file, not a folder"));
  folder.write("cat/a.txt");
  CHECK_THROWS_WITH(image_folder(root),
                    contains("1 class folder, but no image in it; 1 file without an image's extension"));
}

TEST_CASE("with class names given, labels are theirs and other classes are refused", "[sources]") {
  temporary_folder folder;
  folder.write("dog/1.jpg");
  folder.write("ant/1.jpg");
  const auto data = image_folder(folder.path(), {"ant", "cat", "dog"});
  CHECK(data.classes() == 3);
  CHECK(data->label(0) == 0);
  CHECK(data->label(1) == 2);
  CHECK_THROWS_WITH(image_folder(folder.path(), {"dog"}), contains("/ant: this class is not in the training split"));
}

TEST_CASE("the end of a name says whether it is an image, in any case", "[sources]") {
  for (const auto* name : {"a.jpg", "a.JPEG", "a.b.Png", "a.tif", "a.TIFF", "a.gif", "a.bmp", "a.jfif"})
    CHECK(troupe::has_image_extension(name));
  for (const auto* name : {"a", "jpg", ".jpg", "a.jpg.bak", "a.jpgx", "a.", "a.txt"})
    CHECK_FALSE(troupe::has_image_extension(name));
}
