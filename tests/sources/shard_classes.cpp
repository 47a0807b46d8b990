#include <troupe/sources/shard_classes.hpp>

#include <troupe/sources/image_folder.hpp>
#include <troupe/sources/open.hpp>
#include <troupe/sources/pack.hpp>
#include <troupe/sources/shards.hpp>

#include "archives.hpp"
#include "laws.hpp"
#include "temporary_folder.hpp"

using troupe::open_data;

namespace {

using names = std::vector<std::string>;
using labels = std::vector<std::int64_t>;

/// Shards of a folder of class folders with these names, a picture each.
void pack_classes(const temporary_folder& folder, const std::string& to, const names& classes) {
  for (const auto& name : classes) folder.write("of-" + to + "/" + name + "/1.jpg", "picture of " + name);
  troupe::pack(troupe::image_folder(folder / ("of-" + to)), folder / to);
}

std::string one_sample(const std::string& cls) { return tar_file("1.jpg", "a") + tar_file("1.cls", cls) + tar_end; }

}  // namespace

TEST_CASE("a list of classes may begin with a byte order mark", "[sources]") {
  temporary_folder folder;
  folder.write("a.tar", one_sample("1"));
  folder.write("classes.txt", "\xEF\xBB\xBFzero\r\none\r\n");
  CHECK(open_data(folder.path().string()).train.class_names() == names{"zero", "one"});
}

TEST_CASE("classes that are called by numbers keep their labels when they are packed", "[sources]") {
  temporary_folder folder;
  names classes;
  for (int k = 0; k < 12; ++k) classes.push_back(std::to_string(k));
  pack_classes(folder, "packed", classes);
  const auto photos = troupe::image_folder(folder / "of-packed");
  const auto shards = open_data((folder / "packed").string()).train;
  CHECK(shards.class_names() == photos.class_names());
  CHECK(all_labels(shards) == all_labels(photos));
  CHECK(all_bytes(shards) == all_bytes(photos));
}

TEST_CASE("labels of shards are those of the training data by name, whatever their own numbers", "[sources]") {
  temporary_folder folder;
  pack_classes(folder, "train", {"cat", "dog", "fox"});
  pack_classes(folder, "val", {"dog", "fox"});
  pack_classes(folder, "other", {"1", "dog"});
  const auto train = open_data((folder / "train").string()).train;
  const auto like = [&](const std::string& word) {
    return open_data((folder / word).string(), {.class_names = train.class_names()}).train;
  };
  CHECK(like("val").class_names() == names{"cat", "dog", "fox"});
  CHECK(all_labels(like("val")) == labels{1, 2});
  CHECK_THAT(complaint_of([&] { like("other"); }),
             contains("shards-0000.tar[000000000.jpg]: the class 1 is not in the training split; add it there"));
}

TEST_CASE("the classes of several folders of shards are put together by name", "[sources]") {
  temporary_folder folder;
  pack_classes(folder, "one", {"cat", "dog"});
  pack_classes(folder, "two", {"dog", "ant"});
  const auto data = troupe::tar_shards({folder / "one/shards-0000.tar", folder / "two/shards-0000.tar"});
  CHECK(data.class_names() == names{"cat", "dog", "ant"});
  CHECK(all_labels(data) == labels{0, 1, 2, 1});
  CHECK(all_bytes(data)[2] == "picture of ant");
}

TEST_CASE("a label that classes.txt does not have is refused with both files", "[sources]") {
  temporary_folder folder;
  const auto complaint = [&](const std::string& cls) {
    const auto shard = folder.write("a.tar", one_sample(cls));
    return complaint_of([&] { open_data(shard.string()); });
  };
  folder.write("classes.txt", "cat\ndog\n");
  CHECK_THAT(complaint("2"), contains("a.tar[1.jpg]: the label is 2, but ") &&
                                 contains("classes.txt names 2 classes, from 0 on; add it there"));
  CHECK_THAT(complaint("dogs"), contains("the class dogs is not in ") && contains("did you mean dog?"));
  folder.write("classes.txt", "cat\ndog\ncat\n");
  CHECK_THAT(complaint("0"), contains("classes.txt: the class cat stands there twice; give each another name"));
}
