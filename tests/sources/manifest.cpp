#include <troupe/sources/manifest.hpp>

#include <sys/stat.h>

#include <troupe/sources/open.hpp>

#include "laws.hpp"
#include "temporary_folder.hpp"

using troupe::open_data;

namespace {

namespace fs = std::filesystem;
using names = std::vector<std::string>;

/// A folder with pictures cat/1.jpg, cat/2.jpg and dog/1.jpg, and a manifest.
struct listed {
  temporary_folder folder;
  listed() {
    for (const auto* name : {"cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "a, \"b\"\n.jpg"}) folder.write(name, name);
  }
  troupe::opened_data open(const std::string& text, const std::string& name = "list.csv") const {
    return open_data(folder.write(name, text).string());
  }
  std::string complaint(const std::string& text, const std::string& name = "list.csv") const {
    return complaint_of([&] { open(text, name); });
  }
};

}  // namespace

TEST_CASE("a CSV manifest without a header is path,label", "[sources]") {
  listed files;
  for (const auto* text : {"dog/1.jpg,dog\ncat/1.jpg,cat\n", "dog/1.jpg,dog\r\n\r\ncat/1.jpg,cat",
                           "\xEF\xBB\xBF\"dog/1.jpg\",\"dog\"\n\"cat/1.jpg\",cat\n"}) {
    const auto data = files.open(text);
    CHECK(data.kind == "csv");
    CHECK(data.train.class_names() == names{"cat", "dog"});
    CHECK(all_labels(data.train) == std::vector<std::int64_t>{1, 0});
    CHECK(all_bytes(data.train) == names{"dog/1.jpg", "cat/1.jpg"});
    CHECK(data.train->member(0) == "dog/1.jpg");
  }
  CHECK(files.open("dog/1.jpg,dog,2.5\n").train->weight(0) == 2.5F);
}

TEST_CASE("a header names the columns in any order, and others are passed over aloud", "[sources]") {
  listed files;
  const auto data = files.open("Weight, note ,label,path\n0,x,3,cat/1.jpg\n0.5,\"y, z\",0,dog/1.jpg\n").train;
  CHECK(data.class_names() == names{"0", "1", "2", "3"});
  CHECK(all_labels(data) == std::vector<std::int64_t>{3, 0});
  CHECK(data->weight(0) == 0);
  CHECK(data->weight(1) == 0.5F);
  CHECK_THAT(data->describe(), contains("2 files in 4 classes, weighted; columns passed over: note"));
}

TEST_CASE("RFC 4180 quoting holds commas, quotes and line breaks", "[sources]") {
  listed files;
  const auto data = files.open("path,label\n\"a, \"\"b\"\"\n.jpg\",\"x\"\"y\"\n").train;
  CHECK(all_bytes(data) == names{"a, \"b\"\n.jpg"});
  CHECK(data.class_names() == names{"x\"y"});
}

TEST_CASE("several labels are a row of zeros and ones", "[sources]") {
  listed files;
  const auto csv = files.open("path,labels\ncat/1.jpg,tame;cat\ndog/1.jpg,\ncat/2.jpg,cat\n").train;
  const auto mixed = files.open("cat/1.jpg,cat\ndog/1.jpg,tame;cat\n").train;
  const auto json = files
                        .open(R"({"path": "cat/1.jpg", "labels": ["tame", "cat"]}
{"path": "dog/1.jpg", "labels": []}

{"path": "cat/2.jpg", "label": "cat", "more": {"x": [1]}})",
                              "list.jsonl")
                        .train;
  for (const auto& data : {csv, json}) {
    CHECK(data->labels() == troupe::label_kind::multi_hot);
    CHECK(data.class_names() == names{"cat", "tame"});
    CHECK(label_row(data, 0) == std::vector<float>{1, 1});
    CHECK(label_row(data, 1) == std::vector<float>{0, 0});
    CHECK(label_row(data, 2) == std::vector<float>{1, 0});
    CHECK(all_labels(data) == std::vector<std::int64_t>{1, -1, 0});
  }
  CHECK(troupe::fingerprint(csv) == troupe::fingerprint(json));
  CHECK(label_row(mixed, 0) == std::vector<float>{1, 0});
  CHECK(label_row(mixed, 1) == std::vector<float>{1, 1});
}

TEST_CASE("values to predict have a column each", "[sources]") {
  listed files;
  const auto csv = files.open("path,value_x,value_y\ncat/1.jpg,0.5,-1\ndog/1.jpg,1e3,2\n").train;
  const auto json =
      files.open("{\"path\":\"cat/1.jpg\",\"value\":[0.5,-1]}\n{\"path\":\"dog/1.jpg\",\"value\":[1000,2]}", "l.jsonl")
          .train;
  CHECK(csv.class_names() == names{"value_x", "value_y"});
  for (const auto& data : {csv, json}) {
    CHECK(data->labels() == troupe::label_kind::values);
    CHECK(label_row(data, 0) == std::vector<float>{0.5F, -1});
    CHECK(label_row(data, 1) == std::vector<float>{1000, 2});
    CHECK(data->label(0) == -1);
  }
  CHECK_THAT(csv->describe(), contains("2 files with 2 values each"));
}

TEST_CASE("a packed manifest is read as it is", "[sources]") {
  listed files;
  const auto data = files.open(gzipped("dog/1.jpg,dog\n"), "list.csv.gz");
  CHECK(data.kind == "csv");
  CHECK(all_bytes(data.train) == names{"dog/1.jpg"});
}

TEST_CASE("what is wrong with a manifest is said with its line and a remedy", "[sources]") {
  listed files;
  CHECK_THAT(files.complaint(""), contains("list.csv: lists nothing"));
  CHECK_THAT(files.complaint("path,label\n"), contains("lists nothing"));
  CHECK_THAT(files.complaint("cat/1.jpg\n"), contains("line 1: 1 field without a header"));
  CHECK_THAT(files.complaint("path;label\ncat/1.jpg;cat\n"), contains("fields are separated by commas"));
  CHECK_THAT(files.complaint("cat/1.jpg,cat\n\ndog/1.jpg,a,b\n"), contains("line 3: 3 fields, but 2 columns"));
  CHECK_THAT(files.complaint("label,name\ncat,1.jpg\n"), contains("line 1: a header with label, but without path"));
  CHECK_THAT(files.complaint("path,size\n"), contains("no column label, labels or value"));
  CHECK_THAT(files.complaint("path,label,value\n"), contains("more than one of label, labels and value"));
  CHECK_THAT(files.complaint("cat/1.jpg,cat\n\"dog/1.jpg,dog\n\n"),
             contains("line 2: a quote is opened and never closed"));
  CHECK_THAT(files.complaint("\"cat/1.jpg\"x,cat\n"), contains("line 1: text behind a closing quote"));
  CHECK_THAT(files.complaint("cat/1.jpg,\n"), contains("line 1: the label is empty"));
  CHECK_THAT(files.complaint("path,label,weight\ncat/1.jpg,cat,-1\n"), contains("line 2: a weight must be"));
  CHECK_THAT(files.complaint("path,value\ncat/1.jpg,many\n"), contains("line 2: a value must be a number, got many"));
  CHECK_THAT(files.complaint(std::string("path,label\ncat\0x,cat\n", 20)), contains("line 2: a zero byte"));
  const auto json = [&](const std::string& text) { return files.complaint(text, "list.jsonl"); };
  CHECK_THAT(json("{\"path\":\"cat/1.jpg\",\"label\":\"cat\"}\n{\"path\":"), contains("line 2: is no JSON object"));
  CHECK_THAT(json("[1]"), contains("line 1: is no JSON object"));
  CHECK_THAT(json("{\"label\":\"cat\"}"), contains("line 1: has no \"path\""));
  CHECK_THAT(json("{\"path\":\"cat/1.jpg\"}"), contains("has no \"label\""));
  CHECK_THAT(json("{\"path\":\"cat/1.jpg\",\"label\":0.5}"), contains("numbers to predict go into \"value\""));
  CHECK_THAT(json("{\"path\":\"cat/1.jpg\",\"label\":-3}"), contains("a whole number from 0"));
  CHECK_THAT(json("{\"path\":\"cat/1.jpg\",\"label\":\"a\"}\n{\"path\":\"dog/1.jpg\",\"value\":1}"),
             contains("line 2: some labels are classes and some are values"));
  CHECK_THAT(json("{\"path\":\"cat/1.jpg\",\"value\":[1,2]}\n{\"path\":\"dog/1.jpg\",\"value\":1}"),
             contains("line 2: 1 values, but 2 before it"));
  CHECK_THAT(json(std::string(100, '[')), contains("line 1"));
  CHECK_THAT(files.complaint(std::string(3 << 20, 'x')), contains("longer than 1 MiB"));
}

TEST_CASE("a header of names that mean nothing is refused, a first file that is missing is not", "[sources]") {
  listed files;
  files.folder.write("cat/raw");
  for (const auto* text :
       {"image_id,breed\ncat/1.jpg,cat\n", "\n\"id\",\"kind\"\ngone.jpg,cat\n", "id,kind\ncat/raw,cat\n"})
    CHECK_THAT(files.complaint(text),
               contains(": looks like a header, with i") && contains("name the columns path,label"));
  CHECK_THAT(files.complaint("\nid,kind\ncat/1.jpg,cat\n"), contains("line 2: looks like a header, with id where"));
  for (const auto* text : {"gone.jpg,cat\ncat/1.jpg,cat\n", "cat/raw,cat\ncat/1.jpg,cat\n", "gone,cat\nlost,cat\n",
                           "path,label\ngone,cat\ncat/1.jpg,cat\n"})
    CHECK(files.open(text).train.size() == 2);
  CHECK(files.open("id,kind\n").train.size() == 1);
}

TEST_CASE("lines end in LF, CRLF or CR, and are counted", "[sources]") {
  listed files;
  CHECK(all_bytes(files.open("dog/1.jpg,dog\rcat/1.jpg,\"cat\"\r\rcat/2.jpg,cat\r").train) ==
        names{"dog/1.jpg", "cat/1.jpg", "cat/2.jpg"});
  CHECK_THAT(files.complaint("dog/1.jpg,dog\r\rcat/1.jpg,\r"), contains("line 3: the label is empty"));
  CHECK_THAT(files.complaint("dog/1.jpg,dog\r\n\r\ncat/1.jpg,\r\n"), contains("line 3: the label is empty"));
  const std::string one = R"({"path": "dog/1.jpg", "label": "dog"})", two = R"({"path": "cat/1.jpg", "label": "cat"})";
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    CHECK(all_bytes(files.open(one + end + end + two + end, "list.jsonl").train) == names{"dog/1.jpg", "cat/1.jpg"});
    CHECK_THAT(files.complaint(one + end + end + "{}", "list.jsonl"), contains("line 3: has no"));
  }
  CHECK(files.open("dog/1.jpg,dog\n", "LIST.CSV").kind == "csv");
}

TEST_CASE("whole numbers below 2^20 are the numbers of classes, larger ones names, negative ones refused",
          "[sources]") {
  listed files;
  CHECK(files.open("cat/1.jpg,1048575\n").train.classes() == 1048576);
  CHECK(files.open("cat/1.jpg,1048576\ncat/2.jpg,3\n").train.class_names() == names{"1048576", "3"});
  CHECK_THAT(files.complaint("cat/1.jpg,0\ncat/2.jpg,-1\n"),
             contains("line 2: a label is a class name or a whole number from 0, got -1"));
  CHECK_THAT(files.complaint(R"({"path": "cat/1.jpg", "label": "-1"})", "l.jsonl"), contains("got -1"));
  CHECK(files.open("cat/1.jpg,-\ncat/2.jpg,-1a\n").train.class_names() == names{"-", "-1a"});
}

TEST_CASE("a line that points outside the folder of its manifest is refused", "[sources]") {
  listed files;
  temporary_folder elsewhere;
  elsewhere.write("secret.jpg");
  elsewhere.write("more/secret.jpg");
  const auto line = [&](const std::string& path) { return files.complaint("cat/1.jpg,a\n\"" + path + "\",a\n"); };
  CHECK_THAT(line((elsewhere / "secret.jpg").string()), contains("line 2") && contains("points outside"));
  CHECK_THAT(line("../x.jpg"), contains("line 2") && contains("must not go up by .."));
  CHECK_THAT(line("cat/../../x.jpg"), contains("must not go up"));
  CHECK_THAT(line("https://example.org/x.jpg"), contains("is an address"));
  CHECK_THAT(line("nowhere/x.jpg"), contains("there is no folder nowhere; paths are relative to"));
  fs::create_symlink(elsewhere / "secret.jpg", files.folder / "cat/out.jpg");
  fs::create_symlink(elsewhere / "secret.jpg", files.folder / "cat/.hidden.jpg");
  fs::create_directory_symlink(elsewhere / "more", files.folder / "cat/more");
  CHECK_THAT(line("cat/out.jpg"), contains("line 2: cat/out.jpg is a link that points outside"));
  CHECK_THAT(line("cat/.hidden.jpg"), contains("is a link that points outside"));
  CHECK_THAT(line("cat/more/secret.jpg"), contains("points outside") && contains("through the link cat/more"));
  fs::create_symlink("1.jpg", files.folder / "cat/inside.jpg");
  fs::create_directory_symlink("../dog", files.folder / "cat/dogs");
  CHECK(all_bytes(files.open("cat/inside.jpg,a\ncat/dogs/1.jpg,a\n./cat//2.jpg,b\n").train) ==
        names{"cat/1.jpg", "dog/1.jpg", "cat/2.jpg"});
}

TEST_CASE("the fingerprint of a manifest does not know where it lies, but knows labels and weights", "[sources]") {
  const auto of = [](const std::string& text) { return troupe::fingerprint(listed().open(text).train); };
  const auto one = of("cat/1.jpg,a\ndog/1.jpg,b\n");
  CHECK(one == of("path,label,weight\ncat/1.jpg,a,1\n\"dog/1.jpg\",b,1.0\n"));
  CHECK(one != of("cat/1.jpg,a\ndog/1.jpg,a\n"));
  CHECK(one != of("path,label,weight\ncat/1.jpg,a,2\ndog/1.jpg,b,1\n"));
}

TEST_CASE("labels of a second manifest are those of the training data", "[sources]") {
  listed files;
  const auto file = files.folder.write("val.csv", "dog/1.jpg,dog\n").string();
  const auto data = open_data(file, {.class_names = {"cat", "dog"}});
  CHECK(all_labels(data.train) == std::vector<std::int64_t>{1});
  CHECK(data.train.classes() == 2);
  CHECK_THAT(complaint_of([&] {
               open_data(file, {.class_names = {"cat", "dogs"}});
             }),
             contains("val.csv, line 1: the class dog is not in the training split; did you mean dogs?"));
}

TEST_CASE("numbers are classes of the training data only where no name is a number and all labels are", "[sources]") {
  listed files;
  const auto open = [&](const std::string& text, const names& classes) {
    return open_data(files.folder.write("val.csv", text).string(), {.class_names = classes}).train;
  };
  const auto refused = [&](const std::string& text, const names& classes) {
    return complaint_of([&] { open(text, classes); });
  };
  CHECK(all_labels(open("cat/1.jpg,1\ndog/1.jpg,0\n", {"cat", "dog"})) == std::vector<std::int64_t>{1, 0});
  CHECK(all_labels(open("cat/1.jpg,10\ndog/1.jpg,0\n", {"0", "10", "2"})) == std::vector<std::int64_t>{1, 0});
  CHECK_THAT(refused("cat/1.jpg,0\ndog/1.jpg,1\n", {"0", "10", "2"}),
             contains("val.csv, line 2: the class 1 is not in the training split"));
  CHECK_THAT(refused("cat/1.jpg,cat\ndog/1.jpg,1\n", {"cat", "dog"}),
             contains("line 2: the class is 1, a number, but a name before it; write all of them as names"));
  CHECK_THAT(refused("cat/1.jpg,1\ndog/1.jpg,cat\n", {"cat", "dog"}),
             contains("line 2: the class is cat, a name, but a number before it"));
  CHECK_THAT(refused("cat/1.jpg,2\n", {"cat", "dog"}), contains("line 1: the class number 2 must be below 2"));
}

TEST_CASE("a packed manifest of nothing but commas is refused before it takes memory", "[sources]") {
  listed files;
  CHECK_THAT(files.complaint(gzipped(std::string(8 << 20, ',')), "list.csv.gz"), contains("more than 4,096 fields"));
  CHECK_THAT(files.complaint("cat/1.jpg,\"" + std::string(2 << 20, '"') + "\"\n"), contains("longer than 1 MiB"));
  CHECK(files.open(std::string(2 << 20, '\n') + "cat/1.jpg,cat\n").train.size() == 1);
}

TEST_CASE("a number that float32 does not hold is refused with its line", "[sources]") {
  listed files;
  CHECK_THAT(files.complaint("path,value\ncat/1.jpg,1e39\n"), contains("line 2: a value is not finite, or too large"));
  CHECK_THAT(files.complaint("path,label,weight\ncat/1.jpg,a,1e39\n"), contains("line 2: a weight must be"));
}

TEST_CASE("a pipe in place of a manifest is refused, not waited for", "[sources]") {
  temporary_folder folder;
  REQUIRE(::mkfifo((folder / "list.csv").c_str(), 0600) == 0);
  CHECK_THAT(complaint_of([&] { open_data((folder / "list.csv").string()); }), contains("is not a regular file"));
}
