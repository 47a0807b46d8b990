// What a manifest says beside a label: masks, boxes, keypoints.
#include <troupe/sources/manifest.hpp>
#include <troupe/sources/open.hpp>
#include <troupe/sources/slice.hpp>

#include "../catch.hpp"
#include "contains.hpp"
#include "laws.hpp"
#include "temporary_folder.hpp"

using namespace troupe;

namespace {

struct listed {
  temporary_folder folder;
  dataset open(const std::string& text, const std::string& name, std::vector<std::string> classes = {}) const {
    return manifest(folder.write(name, text), *manifest_format_of(name), std::move(classes));
  }
  std::string complaint(const std::string& text, const std::string& name = "list.jsonl") const {
    return complaint_of([&] { open(text, name); });
  }
};

}  // namespace

TEST_CASE("masks of a manifest are relative to it, with labels or without", "[sources][fields]") {
  listed files;
  const auto csv = files.open("mask,path,label\nm1.png,1.jpg,cat\nm2.png,2.jpg,dog\n", "list.csv");
  REQUIRE(csv->companion_of(1, 0).path() == (files.folder.path() / "m2.png").string());
  REQUIRE(csv->label(1) == 1);
  const auto bare = files.open("path,mask\n1.jpg,m1.png\n", "bare.csv");
  REQUIRE(bare->label(0) == -1);
  REQUIRE(bare.classes() == 0);
  REQUIRE(bare->companions().size() == 1);
  const auto json = files.open("{\"path\":\"1.jpg\",\"mask\":\"m1.png\"}\n", "list.jsonl");
  REQUIRE(json->companion_of(0, 0).from->member(0) == "m1.png");
  CHECK_THAT(files.complaint("path,mask\n1.jpg,../m.png\n", "up.csv"), contains("line 2: ../m.png"));
  CHECK_THAT(files.complaint("path,mask\n1.jpg,\n", "none.csv"), contains("line 2: the mask is empty"));
  CHECK_THAT(files.complaint("{\"path\":\"1.jpg\",\"mask\":\"m.png\"}\n{\"path\":\"2.jpg\",\"label\":\"a\"}"),
             contains("line 2: a label must be there in all rows or in none"));
  CHECK_THAT(files.complaint("{\"path\":\"1.jpg\",\"label\":1}\n{\"path\":\"2.jpg\",\"label\":1,\"mask\":\"m.png\"}"),
             contains("line 2: a mask must be there in all rows or in none"));
}

TEST_CASE("boxes have classes in the order in which they are written, keypoints their places", "[sources][fields]") {
  listed files;
  const auto data = files.open(
      "{\"path\":\"1.jpg\",\"boxes\":[]}\n"
      "{\"path\":\"2.jpg\",\"boxes\":[[1,2,3.5,4],[0,0,9,9],[5,5,6,6]],\"box_labels\":[\"dog\",\"cat\",\"dog\"]}\n"
      "{\"path\":\"3.jpg\",\"keypoints\":[[1.5,2],[3,4,0],[5,6,2]]}\n",
      "list.jsonl");
  REQUIRE(data->annotated(0).boxes.empty());
  const auto second = data->annotated(1);
  REQUIRE(second.boxes.size() == 3);
  REQUIRE(second.boxes[0] == box{1, 2, 3.5, 4});
  REQUIRE(std::vector(second.box_labels.begin(), second.box_labels.end()) == std::vector<std::int64_t>{1, 0, 1});
  REQUIRE(data->box_class_names() == std::vector<std::string>{"cat", "dog"});
  const auto third = data->annotated(2);
  REQUIRE(third.boxes.empty());
  REQUIRE(third.keypoints[1] == keypoint{3, 4, false});
  REQUIRE(third.keypoints[2].inside);
  REQUIRE(data->most_annotated().boxes == 3);
  REQUIRE(data->most_annotated().keypoints == 3);
  REQUIRE(skip(data, 1)->annotated(0).boxes.size() == 3);
  REQUIRE(fingerprint(data) != fingerprint(skip(data, 1)));
}

TEST_CASE("boxes without classes are of one, and those of a second split have the first one's", "[sources][fields]") {
  listed files;
  const auto plain = files.open("{\"path\":\"1.jpg\",\"boxes\":[[0,0,1,1]]}", "plain.jsonl");
  REQUIRE(plain->annotated(0).box_labels[0] == 0);
  REQUIRE(plain->box_class_names() == std::vector<std::string>{"box"});
  const auto val =
      files.open("{\"path\":\"1.jpg\",\"boxes\":[[0,0,1,1]],\"box_labels\":[\"dog\"]}", "val.jsonl", {"cat", "dog"});
  REQUIRE(val->annotated(0).box_labels[0] == 1);
}

TEST_CASE("what is wrong with boxes and keypoints is said with its line", "[sources][fields]") {
  listed files;
  const auto row = [](const std::string& more) { return "{\"path\":\"1.jpg\"," + more + "}\n"; };
  CHECK_THAT(files.complaint(row("\"boxes\":[[1,2,3]]")), contains("line 1: \"boxes\" must be a list of [x0, y0, x1"));
  CHECK_THAT(files.complaint(row("\"boxes\":[[1,2,1,4]]")), contains("line 1: a box must be [x0, y0, x1, y1] with x0"));
  CHECK_THAT(files.complaint(row("\"boxes\":[[1,2,3,4]],\"box_labels\":[1,2]")),
             contains("line 1: has 1 box, but 2 box labels"));
  CHECK_THAT(files.complaint(row("\"boxes\":[[1,2,3,4]],\"box_labels\":[1]") + row("\"boxes\":[[1,2,3,4]]")),
             contains("line 2: \"box_labels\" must be there for all boxes or for none"));
  CHECK_THAT(files.complaint(row("\"keypoints\":[[1]]")), contains("line 1: \"keypoints\" must be a list of [x, y]"));
  CHECK_THAT(files.complaint(row("\"keypoints\":[[1,\"a\"]]")), contains("\"keypoints\" must be a list"));
  CHECK_THAT(files.complaint(row("\"mask\":3")), contains("line 1: \"mask\" must be a string"));
}
