#include "tests/catch.hpp"
#include "tests/tools/program.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <filesystem>

namespace {

/// Runs a verb to its one JSON object.
boost::json::object result_of(std::vector<std::string> words) {
  for (const auto* word : {"--json", "--quiet"}) words.emplace_back(word);
  const auto p = troupe_command(words);
  INFO(p.err);
  REQUIRE(p.code == 0);
  return boost::json::parse(p.out).as_object();
}

std::string digest_of(const std::string& data, const std::string& cpus) {
  const auto j = result_of({"bench", data, "--digest", "--image-size", "16", "--batch", "8", "--cpus", cpus});
  return j.at("digest").as_string().c_str();
}

/// A manifest of the pictures that `draw` made, in the order of the class folders.
std::string manifest_of(int n, const std::string& header, const std::string& label) {
  std::vector<std::string> names;
  for (int i = 0; i < n; ++i) names.push_back(std::string(1, char('a' + i % 3)) + "/" + std::to_string(i) + ".png");
  std::sort(names.begin(), names.end());
  auto text = header;
  for (const auto& name : names) text += name + "," + (label.empty() ? name.substr(0, 1) : label) + "\n";
  return text;
}

}  // namespace

TEST_CASE("a folder, its packed shards, and a manifest of it give the same batches", "[tools]") {
  picture_folder files;
  files.draw(30);
  files.write("pictures/list.csv", manifest_of(30, "path,label\n", ""));
  const auto expected = digest_of(files.pictures(), "2");
  const auto shards = files / "shards";
  const auto packed = result_of({"pack", files.pictures(), "--out", shards, "--shard-size", "8KiB"});
  CHECK(packed.at("samples").as_int64() == 30);
  CHECK(packed.at("shards").as_array().size() > 2);
  CHECK(digest_of(shards, "1") == expected);
  CHECK(digest_of(shards + "/shards-*.tar", "3") == expected);
  CHECK(digest_of(files / "pictures/list.csv", "2") == expected);
}

TEST_CASE("what data were taken for is said, and --format corrects it", "[tools]") {
  picture_folder files;
  files.draw(3);
  files.write("pictures/list.txt", "a/0.png,x\nb/1.png,y\n");
  const auto words = [&](const std::string& data, const std::string& format) {
    std::vector<std::string> all{"bench", data, "--image-size", "16"};
    if (!format.empty()) all.insert(all.end(), {"--format", format});
    return all;
  };
  const auto guessed = troupe_command(words(files.pictures(), ""));
  CHECK(mentions(guessed.out, "is taken for a folder of class folders (--format corrects a wrong guess)"));
  const auto refused = troupe_command(words(files / "pictures/list.txt", ""));
  CHECK(refused.code == 2);
  CHECK(mentions(refused.err, "is a file; give fashion-mnist, a folder of class folders"));
  const auto corrected = troupe_command(words(files / "pictures/list.txt", "csv"));
  CHECK(corrected.code == 0);
  CHECK(mentions(corrected.out, "is taken for a manifest of comma-separated values"));
  const auto unknown = troupe_command(words(files.pictures(), "cvs"));
  CHECK(unknown.code == 64);
  CHECK(mentions(unknown.err, "did you mean csv?"));
}

TEST_CASE("several classes and values come in rows, and training on them is refused", "[tools]") {
  picture_folder files;
  files.draw(6);
  files.write("pictures/several.csv", manifest_of(6, "path,labels\n", "red;big"));
  files.write("pictures/values.csv", manifest_of(6, "path,value\n", "0.25"));
  const auto several =
      result_of({"inspect", files / "pictures/several.csv", "--image-size", "16", "--out", files / "b.safetensors"});
  const auto row = several.at("rows").as_array()[0].as_object();
  CHECK(row.at("class") == "big; red");
  CHECK(row.at("labels").as_array().size() == 2);
  CHECK(mentions(content_of(files / "b.safetensors").substr(0, 600), "\"labels\":{\"dtype\":\"F32\",\"shape\":[6,2]"));
  const auto values = result_of({"inspect", files / "pictures/values.csv", "--image-size", "16"});
  CHECK(values.at("rows").as_array()[0].as_object().at("class") == "0.25");
  CHECK(values.at("rows").as_array()[0].as_object().at("label").is_null());
  CHECK(digest_of(files / "pictures/several.csv", "1") == digest_of(files / "pictures/several.csv", "3"));
  const auto train = troupe_command({"train", files / "pictures/values.csv"});
  CHECK(train.code == 2);
  CHECK(mentions(train.err, "train needs one class each"));
}

TEST_CASE("a sample that a shard no longer holds is replaced and named with its shard", "[tools]") {
  picture_folder files;
  files.draw(20);
  const auto shards = files / "shards";
  result_of({"pack", files.pictures(), "--out", shards});
  const auto shard = shards + "/shards-0000.tar";
  auto bytes = content_of(shard);
  const auto at = bytes.find("\x89PNG");
  bytes.replace(at, 8, "no image");
  std::filesystem::remove(shard);
  files.write("shards/shards-0000.tar", bytes);
  const auto out = files / "out";
  CHECK(result_of({"bench", shards, "--image-size", "16", "--out", out})
            .at("dispositions")
            .as_object()
            .at("replaced")
            .as_int64() >= 1);
  CHECK(mentions(content_of(out + "/quarantine.jsonl"), "shards-0000.tar[000000000.png]"));
}

TEST_CASE("CIFAR keeps its own size where no other is asked for, photographs become 224 pixels", "[tools]") {
  picture_folder files;
  std::string records;
  for (int i = 0; i < 20; ++i) records += char(i % 10) + std::string(3072, char(10 * i));
  files.write("cifar/data_batch_1.bin", records);
  files.write("cifar/test_batch.bin", records);
  const auto first = [&](std::vector<std::string> words) {
    const auto p = troupe_command(words);
    INFO(p.err);
    CHECK(p.code == 0);
    return p.out;
  };
  CHECK(mentions(first({"inspect", files / "cifar"}), "20, 3, 32, 32] float32"));
  CHECK(mentions(first({"inspect", files / "cifar", "--augment", "imagenet"}), "20, 3, 32, 32] float32"));
  files.draw(3);
  CHECK(mentions(first({"inspect", files.pictures()}), "[3, 3, 224, 224] float32"));
  first({"train", files / "cifar", "--epochs", "1", "--out", files / "run"});
  CHECK(mentions(content_of(files / "run/run.json"), "\"image-size\": 32"));
}

TEST_CASE("packing says what it cannot pack", "[tools]") {
  picture_folder files;
  files.draw(3);
  const auto nowhere = troupe_command({"pack", files.pictures()});
  CHECK(nowhere.code == 64);
  CHECK(mentions(nowhere.err, "troupe pack needs --out DIR"));
  result_of({"pack", files.pictures(), "--out", files / "s"});
  const auto twice = troupe_command({"pack", files.pictures(), "--out", files / "s"});
  CHECK(twice.code == 2);
  CHECK(mentions(twice.err, "holds shards already"));
  const auto packed = troupe_command({"bench", files / "s/shards-0000.tr"});
  CHECK(packed.code == 2);
}
