#include <troupe/sources/shards.hpp>

#include <sys/stat.h>

#include <troupe/sources/open.hpp>
#include <troupe/sources/pack.hpp>

#include "archives.hpp"
#include "laws.hpp"
#include "temporary_folder.hpp"

using troupe::open_data;

namespace {

namespace fs = std::filesystem;
using names = std::vector<std::string>;

troupe::opened_data open_tar(const temporary_folder& folder, const std::string& archive) {
  return open_data(folder.write("a.tar", archive).string());
}

std::string complaint_of_shard(const std::string& archive) {
  temporary_folder folder;
  return complaint_of([&] { open_tar(folder, archive); });
}

const std::string two_samples = tar_file("x/1.jpg", "one") + tar_file("x/1.cls", "2\n") +
                                tar_file("x/2.seg.png", "mask") + tar_file("x/2.PNG", "two") +
                                tar_file("x/2.json", R"({"label": 7})") + tar_file("x/2.cls", "0") +
                                tar_file("readme.txt", "no picture") + tar_end;

}  // namespace

TEST_CASE("a shard gives its pictures and labels, first without and then with an index", "[sources]") {
  temporary_folder folder;
  const auto fresh = open_tar(folder, two_samples);
  CHECK(fresh.kind == "tar");
  CHECK_THAT(fresh.described,
             contains("2 pictures in 1 tar shard in 3 classes; 1 index built; 1 key without a picture"));
  CHECK(fs::exists(folder / "a.tar.index"));
  const auto again = open_data((folder / "a.tar").string());
  CHECK_THAT(again.described, !contains("built"));
  for (const auto& data : {fresh.train, again.train}) {
    CHECK(all_bytes(data) == names{"one", "two"});
    CHECK(all_labels(data) == std::vector<std::int64_t>{2, 0});
    CHECK(data->member(1) == "x/2.PNG");
    CHECK(data->path(1) == (folder / "a.tar[x/2.PNG]").string());
  }
  CHECK(troupe::fingerprint(fresh.train) == troupe::fingerprint(again.train));
}

TEST_CASE("what of a shard is no part of a sample is counted and named, also by its index", "[sources]") {
  temporary_folder folder;
  const auto one = tar_file("1.jpg", "a") + tar_file("1.cls", "0");
  const auto said_twice = [&](const std::string& archive) {
    const auto first = open_tar(folder, archive).described, again = open_data((folder / "a.tar").string()).described;
    CHECK_THAT(again, !contains("built"));
    CHECK(first.substr(first.find("passed by") - 20) == again.substr(again.find("passed by") - 20));
    return again;
  };
  CHECK_THAT(said_twice(one + one + tar_end),
             contains("1 picture in") &&
                 contains("; 2 further pictures or labels of a key that has one passed by (a.tar[1.jpg])"));
  CHECK_THAT(said_twice(tar_file("1.png", "b") + one + tar_end),
             contains("; 1 further picture or label of a key that has one passed by (a.tar[1.jpg])"));
  CHECK_THAT(said_twice(one + tar_end + tar_file("2.jpg", "b") + tar_file("2.cls", "0") + tar_end),
             contains("1 picture in") && contains("; 3,072 bytes behind the end of an archive passed by (a.tar)"));
  CHECK_THAT(
      said_twice(one + tar_file("1.seg.png", "m") + tar_file("LICENSE", "free") + tar_file(".hid.jpg", "x") + tar_end),
      contains("; 3 members that are neither picture nor label passed by (a.tar[LICENSE])"));
  CHECK_THAT(said_twice(one + tar_file("IMG.2019.01.jpg", "b") + tar_file("IMG.2019.01.cls", "0") + tar_end),
             contains("; 1 key without a picture passed by (a.tar[IMG.2019.01.jpg]): a key ends at the first dot") &&
                 !contains("neither"));
  CHECK_THAT(
      said_twice(one + tar_file("2.jpg", "", '1') + tar_file("2.cls", "0") + tar_end),
      contains("; 1 key without a picture passed by (a.tar[2.cls]); 1 link, device") && contains("(a.tar[2.jpg])"));
  CHECK_THAT(open_tar(folder, one + tar_end + std::string(9000, '\0')).described, !contains("passed by"));
}

TEST_CASE("shards without a picture say what their members end in", "[sources]") {
  CHECK_THAT(
      complaint_of_shard(tar_file("1.right.jpg", "a") + tar_file("1.left.jpg", "a") + tar_file("1.cls", "1") + tar_end),
      contains("no picture in 1 shard: members end in .cls, .left.jpg, .right.jpg; a sample is KEY.jpg") &&
          contains("a key ends at its first dot"));
  CHECK_THAT(complaint_of_shard(tar_file("1.jpg", "", '2') + tar_end), contains("1 link, device"));
}

TEST_CASE("labels are .cls before .txt before .json, of every kind, or the folder", "[sources]") {
  temporary_folder folder;
  const auto texts = open_tar(folder, tar_file("1.jpg", "a") + tar_file("1.txt", "dog") + tar_file("2.txt", "no") +
                                          tar_file("2.cls", "cat") + tar_file("2.jpg", "b") + tar_end)
                         .train;
  CHECK(texts.class_names() == names{"cat", "dog"});
  CHECK(all_labels(texts) == std::vector<std::int64_t>{1, 0});
  const auto several =
      open_tar(folder, tar_file("1.jpg", "a") + tar_file("1.json", R"({"labels": ["x", "y"], "weight": 2})") +
                           tar_file("2.jpg", "b") + tar_file("2.json", R"({"labels": []})") + tar_end)
          .train;
  CHECK(label_row(several, 0) == std::vector<float>{1, 1});
  CHECK(label_row(several, 1) == std::vector<float>{0, 0});
  CHECK(several->weight(0) == 2);
  const auto values =
      open_tar(folder, tar_file("1.jpg", "a") + tar_file("1.json", R"({"value": 0.5})") + tar_end).train;
  CHECK(label_row(values, 0) == std::vector<float>{0.5F});
  const auto folders = open_tar(folder, tar_file("train/dog/1.jpg", "a") + tar_file("train/cat/1.jpg", "b") + tar_end);
  CHECK(folders.train.class_names() == names{"cat", "dog"});
  CHECK_THAT(folders.described, contains("by folder"));
  folder.write("classes.txt", "cat\ndog\nfox\n");
  CHECK(open_tar(folder, tar_file("1.jpg", "a") + tar_file("1.cls", "1") + tar_end).train.class_names() ==
        names{"cat", "dog", "fox"});
}

TEST_CASE("members that are packed one by one are unpacked as they are read", "[sources]") {
  temporary_folder folder;
  const auto data = open_tar(folder, tar_file("1.jpg.gz", gzipped("one")) + tar_file("1.cls.gz", gzipped("1")) +
                                         tar_file("2.cls", "0") + tar_file("2.png.zst", zstd_packed("two")) +
                                         tar_file("3.jpg", "three") + tar_file("3.cls", "0") + tar_end)
                        .train;
  CHECK(all_bytes(data) == names{"one", "two", "three"});
  CHECK(all_labels(data) == std::vector<std::int64_t>{1, 0, 0});
  CHECK(all_bytes(open_data((folder / "a.tar").string()).train) == names{"one", "two", "three"});
  CHECK_THAT(complaint_of_shard(tar_file("1.jpg.gz", "plain") + tar_end),
             contains("offset 512: 1.jpg.gz is not packed as its name says"));
  CHECK_THAT(complaint_of_shard(tar_file("1.jpg.gz", gzipped("one").substr(0, 15)) + tar_end), contains("cut off"));
}

TEST_CASE("an index is built again where its shard changed or it is damaged itself", "[sources]") {
  temporary_folder folder;
  open_tar(folder, two_samples);
  const auto described = [&] { return open_data((folder / "a.tar").string()).described; };
  CHECK_THAT(described(), !contains("built"));
  std::ifstream in(folder / "a.tar.index", std::ios::binary);
  const std::string index(std::istreambuf_iterator<char>(in), {});
  for (std::size_t at = 0; at < index.size(); ++at) {
    auto damaged = index;
    damaged[at] = char(damaged[at] ^ 0x01);
    folder.write("a.tar.index", damaged);
    CHECK_THAT(described(), contains("1 index built"));
    folder.write("a.tar.index", index.substr(0, at));
    CHECK_THAT(described(), contains("1 index built"));
  }
  const auto changed = open_tar(folder, tar_file("x/1.jpg", "new") + tar_file("x/1.cls", "1") + tar_end);
  CHECK_THAT(changed.described, contains("1 index built"));
  CHECK(all_bytes(changed.train) == names{"new"});
}

TEST_CASE("a caption is no class", "[sources]") {
  temporary_folder folder;
  for (const auto& caption : {std::string("two\nlines"), std::string(300, 'c')}) {
    const auto shard = [&](const std::string& folder_of, const std::string& more) {
      return tar_file(folder_of + "1.jpg", "a") + tar_file(folder_of + "1.txt", caption) + more + tar_end;
    };
    CHECK(open_tar(folder, shard("", tar_file("1.cls", "cat"))).train.class_names() == names{"cat"});
    CHECK(open_tar(folder, shard("dog/", tar_file("dog/1.json", R"({"width": 3})"))).train.class_names() ==
          names{"dog"});
  }
}

TEST_CASE("what is wrong with a shard is said with its name, offset and a remedy", "[sources]") {
  CHECK_THAT(complaint_of_shard("no archive"), contains("a.tar, offset 10: the archive is cut off"));
  CHECK_THAT(complaint_of_shard(two_samples.substr(0, 2000)), contains("a.tar, offset "));
  CHECK_THAT(complaint_of_shard(tar_end), contains("no picture in 1 shard; a sample is KEY.jpg"));
  CHECK_THAT(complaint_of_shard(tar_file("1.jpg", "a") + tar_end),
             contains("a.tar[1.jpg]: has no label; a sample needs KEY.cls"));
  CHECK_THAT(complaint_of_shard(tar_file("1.jpg", "a") + tar_file("1.cls", "1\n2") + tar_end),
             contains("1.cls has several lines"));
  CHECK_THAT(complaint_of_shard(tar_file("1.jpg", "a") + tar_file("1.cls", "-1") + tar_end),
             contains("[1.jpg]: a label is a class name or a whole number from 0, got -1"));
  CHECK_THAT(complaint_of_shard(tar_file("1.jpg", "a") + tar_file("1.json", "{") + tar_end),
             contains("1.json: is no JSON object"));
  CHECK_THAT(complaint_of_shard(tar_file("1.jpg", "a") + tar_file("1.txt", "a caption\nof two lines") + tar_end),
             contains("a.tar[1.jpg]: has no label"));
  CHECK_THAT(complaint_of_shard(gzipped(two_samples)), contains("is packed as a whole") && contains("troupe pack "));
  CHECK_THAT(complaint_of_shard(tar_file("1.jpg", "a") + tar_file("1.cls", std::string(2 << 20, 'x')) + tar_end),
             contains("a label of"));
}

TEST_CASE("shards are named by braces, patterns and folders", "[sources]") {
  temporary_folder folder;
  for (int i = 0; i < 12; ++i) {
    const auto n = std::to_string(i);
    folder.write("s-" + std::string(2 - n.size(), '0') + n + ".tar",
                 tar_file(n + ".jpg", n) + tar_file(n + ".cls", "0") + tar_end);
  }
  const auto root = folder.path().string();
  const auto of = [&](const std::string& word) { return all_bytes(open_data(root + word).train); };
  CHECK(of("/s-{09..11}.tar") == names{"9", "10", "11"});
  CHECK(of("/s-{1,0}{1..1}.tar") == names{"11", "1"});
  CHECK(of("/s-0[1-3].tar") == names{"1", "2", "3"});
  CHECK(of("/s-?1.tar") == names{"1", "11"});
  CHECK(of("").size() == 12);
  CHECK(of("/s-*.tar").size() == 12);
  const auto refused = [&](const std::string& word) { return complaint_of([&] { of(word); }); };
  CHECK_THAT(refused("/s-{10..13}.tar"), contains("s-12.tar: no such shard, though"));
  CHECK_THAT(refused("/t-*.tar"), contains("no file has such a name"));
  CHECK_THAT(refused("/s-{3..1}.tar"), contains("must be two numbers, the lower one first"));
  CHECK_THAT(refused("/s-{0..99999999999}.tar"), contains("must be two numbers"));
  CHECK_THAT(refused("/s-01.tr"), contains("did you mean"));
  fs::remove(folder / "s-00.tar");
  REQUIRE(::mkfifo((folder / "s-00.tar").c_str(), 0600) == 0);
  CHECK(of("").size() == 11);
  CHECK_THAT(refused("/s-{00..01}.tar"), contains("is not a regular file"));
}
