#include <troupe/sources/pack.hpp>

#include <algorithm>

#include <troupe/sources/image_folder.hpp>
#include <troupe/sources/listing.hpp>
#include <troupe/sources/open.hpp>
#include <troupe/sources/pixels_of.hpp>

#include "archives.hpp"
#include "laws.hpp"
#include "temporary_folder.hpp"

using troupe::open_data;

namespace {

namespace fs = std::filesystem;
using names = std::vector<std::string>;

/// Class folders whose names and files are awkward for an archive.
void fill(const temporary_folder& folder) {
  for (const auto* name : {"a b/1.jpg", "a b/1.png", "a b/x.y.JPG", "caf\xE9/\xFF.jpg", "dog/1.jpg"})
    folder.write(name, std::string("content of ") + name);
  folder.write("dog/" + std::string(200, 'l') + ".jpeg", std::string(3000, 'z'));
}

/// What lies in a folder and below it, folders left out.
names files_below(const fs::path& folder) {
  names all;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (!entry.is_directory()) all.push_back(entry.path().lexically_relative(folder).string());
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

TEST_CASE("a folder and its packed shards hold the same samples, and packing twice gives the same bytes", "[sources]") {
  temporary_folder photos, one, two;
  fill(photos);
  const auto data = troupe::image_folder(photos.path());
  std::uint64_t told = 0;
  const auto packed =
      troupe::pack(data, one / "s", {.shard_bytes = 4096, .progress = [&](std::uint64_t n) { told = n; }});
  CHECK(packed.samples == 6);
  CHECK(packed.shards.size() == 4);
  CHECK(told == 6);
  const auto shards = open_data((one / "s").string());
  CHECK(shards.kind == "tar");
  CHECK_THAT(shards.described, contains("6 pictures in 4 tar shards in 3 classes") && !contains("built"));
  CHECK(all_bytes(shards.train) == all_bytes(data));
  CHECK(all_labels(shards.train) == all_labels(data));
  CHECK(shards.train.class_names() == data.class_names());
  CHECK(shards.train->member(2) == "000000002.jpg");
  troupe::pack(data, two.path(), {.shard_bytes = 4096});
  for (const auto& file : packed.shards) {
    CHECK(content_of(file) == content_of(two.path() / file.filename()));
    CHECK(fs::file_size(file) <= 4608 + 1024);
  }
  CHECK(troupe::fingerprint(shards.train) == troupe::fingerprint(open_data(two.path().string()).train));
}

TEST_CASE("packing leaves a list of classes that is there already as it is", "[sources]") {
  temporary_folder photos, to;
  fill(photos);
  to.write("classes.txt", "mine\n");
  CHECK_THAT(complaint_of([&] { troupe::pack(troupe::image_folder(photos.path()), to.path()); }),
             contains("holds a classes.txt already"));
  CHECK(content_of(to / "classes.txt") == "mine\n");
}

TEST_CASE("a class whose name no list can hold is named", "[sources]") {
  temporary_folder photos, to;
  photos.write("a\nb/1.jpg");
  CHECK_THAT(complaint_of([&] { troupe::pack(troupe::image_folder(photos.path()), to / "out"); }),
             contains("the name of the class \"a\\nb\" has a line break"));
}

TEST_CASE("labels of every kind and weights survive packing", "[sources]") {
  for (const auto* list :
       {"path,labels\n1.jpg,a;b\n2.jpg,\n1.jpg,b\n", "path,value_x,value_y\n1.jpg,0.1,2\n2.jpg,-3,1e-7\n",
        "path,label,weight\n1.jpg,x y,0.25\n2.jpg,z,1\n"}) {
    temporary_folder folder;
    folder.write("1.jpg", "one");
    folder.write("2.jpg", "two");
    const auto data = open_data(folder.write("list.csv", list).string()).train;
    troupe::pack(data, folder / "out");
    const auto shards = open_data((folder / "out").string()).train;
    CHECK(all_bytes(shards) == all_bytes(data));
    CHECK(shards->labels() == data->labels());
    REQUIRE(shards.classes() == data.classes());
    for (std::uint64_t i = 0; i < data.size(); ++i) {
      CHECK(label_row(shards, i) == label_row(data, i));
      CHECK(shards->weight(i) == data->weight(i));
    }
  }
}

TEST_CASE("a name that says nothing is packed by its content, or refused", "[sources]") {
  temporary_folder folder;
  folder.write("first", "\xFF\xD8\xFF picture");
  folder.write("second", "no picture");
  const auto jpeg = open_data(folder.write("a.csv", "first,x\n").string()).train;
  troupe::pack(jpeg, folder / "out");
  CHECK(open_data((folder / "out").string()).train->member(0) == "000000000.jpg");
  const auto other = open_data(folder.write("b.csv", "second,x\n").string()).train;
  CHECK_THAT(complaint_of([&] { troupe::pack(other, folder / "out2"); }), contains("second: is no picture"));
}

TEST_CASE("packing that fails leaves nothing behind", "[sources]") {
  temporary_folder folder;
  folder.write("1.jpg", "one");
  const auto gone = open_data(folder.write("a.csv", "1.jpg,x\n2.jpg,x\n").string()).train;
  CHECK_THAT(complaint_of([&] { troupe::pack(gone, folder / "out", {.shard_bytes = 1}); }),
             contains("2.jpg: missing") && contains("leave it out"));
  CHECK(files_below(folder.path()) == names{"1.jpg", "a.csv"});
  CHECK_THAT(complaint_of([&] { troupe::pack(gone, folder / "deep/er/out"); }), contains("2.jpg: missing"));
  CHECK_FALSE(fs::exists(folder / "deep"));
  const auto pixels = troupe::pixels_of(std::vector<std::uint8_t>(4), {2, 2, 1}, troupe::label_list::of_classes({0}));
  CHECK_THAT(complaint_of([&] { troupe::pack(pixels, folder / "out"); }), contains("shards hold picture files"));
  const auto there = open_data(folder.write("b.csv", "1.jpg,x\n").string()).train;
  troupe::pack(there, folder / "out");
  CHECK_THAT(complaint_of([&] { troupe::pack(there, folder / "out"); }), contains("holds shards already"));
}

TEST_CASE("nothing has its final name before all of it is whole, and who is told may end it", "[sources]") {
  temporary_folder photos, folder;
  fill(photos);
  const auto data = troupe::image_folder(photos.path());
  fs::create_directory(folder / "there");
  folder.write("there/notes.md");
  for (const auto* name : {"new", "there"}) {
    const auto unseen = [&](std::uint64_t n) {
      CHECK(troupe::files_in(folder / "there", ".tar").empty());
      CHECK_FALSE(fs::exists(folder / "new"));
      if (n == 5) throw std::runtime_error("enough");
    };
    CHECK(complaint_of([&] { troupe::pack(data, folder / name, {.shard_bytes = 4096, .progress = unseen}); }) ==
          "enough");
    CHECK(files_below(folder.path()) == names{"there/notes.md"});
  }
  CHECK(troupe::pack(data, folder / "there", {.shard_bytes = 4096}).shards.size() == 4);
  CHECK(files_below(folder / "there").size() == 10);
}

TEST_CASE("what a pack left that was killed is replaced, and nothing else is", "[sources]") {
  temporary_folder photos, folder;
  fill(photos);
  const auto data = troupe::image_folder(photos.path());
  folder.write("out.part/.unfinished");
  folder.write("out.part/classes.txt");
  folder.write("out.part/shards-0007.tar", "half of it");
  folder.write("out.part/shards-0006.tar.index.tmp.17");
  troupe::pack(data, folder / "out");
  CHECK(files_below(folder.path()) == names{"out/classes.txt", "out/shards-0000.tar", "out/shards-0000.tar.index"});
  folder.write("two.part/holiday.jpg", "mine");
  CHECK_THAT(complaint_of([&] { troupe::pack(data, folder / "two"); }),
             contains("two.part: is in the way, with holiday.jpg in it"));
  CHECK(content_of(folder / "two.part/holiday.jpg") == "mine");
  troupe::pack(data, folder / "four.part");  // a data set of that name is whole
  CHECK_THAT(complaint_of([&] { troupe::pack(data, folder / "four"); }),
             contains("four.part: holds a whole pack; rename it to four if it was stopped before it got that name"));
  CHECK(content_of(folder / "four.part/classes.txt") == content_of(folder / "out/classes.txt"));
  folder.write("six/unfinished.part/classes.txt");
  folder.write("six/unfinished.part/shards-0000.tar", "whole");
  CHECK_THAT(complaint_of([&] { troupe::pack(data, folder / "six"); }),
             contains("six/unfinished.part: holds a whole pack") && contains("; move it up, or remove it"));
  CHECK(content_of(folder / "six/unfinished.part/shards-0000.tar") == "whole");
  folder.write("seven/unfinished.part/holiday.jpg", "mine");
  CHECK_THAT(complaint_of([&] { troupe::pack(data, folder / "seven"); }), contains("is no unfinished pack"));
  folder.write("seven/unfinished.part/train/shards-0000.tar", "whole");
  CHECK_THAT(complaint_of([&] { troupe::pack(data, folder / "seven"); }), contains("holds a whole pack"));
  folder.write("five/shards-0000.tar", "whole, and moved");
  folder.write("five/unfinished.part/shards-0001.tar", "whole");
  CHECK_THAT(complaint_of([&] { troupe::pack(data, folder / "five"); }),
             contains("five: holds shards already; a pack was stopped while it moved them here: the rest is in "
                      "unfinished.part, move it up, or remove both"));
  folder.write("five/unfinished.part/.unfinished");
  CHECK_THAT(complaint_of([&] { troupe::pack(data, folder / "five"); }),
             contains("holds shards already; name another"));
  const auto nested = [&](std::uint64_t) {
    CHECK_THAT(complaint_of([&] { troupe::pack(data, folder / "three"); }), contains("written by another process"));
  };
  CHECK(troupe::pack(data, folder / "three", {.progress = nested}).samples == 6);
}

TEST_CASE("an archive that is packed as a whole is unpacked to a shard", "[sources]") {
  temporary_folder folder;
  const auto archive = tar_file("1.jpg", "one") + tar_file("1.cls", "3") + tar_file("2.jpg", "", '1') + tar_end;
  for (const auto* name : {"data.tar.gz", "data.tgz", "data.tar.zst"}) {
    const auto packed = std::string(name).find("zst") == std::string::npos ? gzipped(archive) : zstd_packed(archive);
    const auto done = troupe::unpack_archive(folder.write(name, packed), folder / (std::string(name) + "-out"));
    REQUIRE(done.shards.size() == 1);
    CHECK(done.shards[0].filename() == "data.tar");
    CHECK(done.samples == 1);
    CHECK(all_bytes(open_data(done.shards[0].string()).train) == names{"one"});
    CHECK(done.passed_by == "; 1 link, device or name that points outside passed by (2.jpg)");
  }
  CHECK_THAT(complaint_of([&] {
               troupe::unpack_archive(folder.write("cut.tar.gz", gzipped(archive).substr(0, 60)), folder / "cut");
             }),
             contains("cut off"));
  CHECK_FALSE(fs::exists(folder / "cut"));
  CHECK_FALSE(fs::exists(folder / "cut.part"));
}
