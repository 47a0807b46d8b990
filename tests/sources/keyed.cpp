#include <troupe/sources/keyed.hpp>

#include <troupe/sources/concatenate.hpp>
#include <troupe/sources/manifest.hpp>
#include <troupe/sources/open.hpp>
#include <troupe/sources/pack.hpp>
#include <troupe/sources/pixels_of.hpp>
#include <troupe/sources/slice.hpp>
#include <troupe/sources/subset.hpp>
#include <troupe/sources/zip.hpp>

#include "laws.hpp"
#include "shelf.hpp"
#include "temporary_folder.hpp"

using troupe::keyed;
using troupe::label_list;

namespace {

const std::vector<std::string> three = {"s3://bucket/a b.jpg", "/abs", "../up"};

}  // namespace

TEST_CASE("keys are any text, with labels of any kind or none, and nothing of them is opened", "[sources][keyed]") {
  const auto data = keyed(three, label_list::of_classes({1, 0, 1}, {"cat", "dog"}), {.name = "bucket"});
  CHECK(data->keyed());
  CHECK_FALSE(data->in_memory());
  CHECK(data.size() == 3);
  CHECK(data->member(0) == "s3://bucket/a b.jpg");
  CHECK(data->path(2) == "../up");
  CHECK(data->location(1).path.empty());
  CHECK(data->pixels(0).empty());
  CHECK(all_labels(data) == std::vector<std::int64_t>{1, 0, 1});
  CHECK(label_row(data, 0) == std::vector<float>{0, 1});
  CHECK(data->describe() == "bucket: 3 keys in 2 classes");
  const auto bare = keyed(three);
  CHECK(bare->label(1) == -1);
  CHECK(bare->describe() == "keys: 3 keys without labels");
  CHECK(keyed(three, label_list::of_values({1, 2, 3}, {"x"}))->labels() == troupe::label_kind::values);
}

TEST_CASE("keys that are none are refused with their place", "[sources][keyed]") {
  CHECK_THAT(complaint_of([] { keyed({"a", ""}); }), contains("must not be empty nor hold a zero byte"));
  CHECK_THAT(complaint_of([] { keyed({"a", std::string("b\0c", 3)}); }), contains("at place 1"));
  CHECK(complaint_of([] { keyed(three, label_list::of_classes({0})); }) ==
        "keyed: labels must be 3, one a key, or none, got 1");
  CHECK_THAT(complaint_of([] { keyed(troupe::dataset()); }), contains("empty-handed"));
  CHECK(complaint_of([] {
          keyed(three, {}, {.shape = troupe::image_shape{2, 2, 4}});
        }) == "keyed: shape must have sides of 1 or more and 1 or 3 channels, got 2 x 2 x 4");
}

TEST_CASE("files by their keys keep labels and lose their place on the disk", "[sources][keyed]") {
  const auto files = on_shelf({"cat", "dog"}, {"cat/1.jpg", "cat/deep/2.jpg", "dog/3.jpg"});
  const auto data = keyed(files);
  CHECK(data->keyed());
  CHECK(data->path(1) == "cat/deep/2.jpg");
  CHECK(data->location(1).path.empty());
  CHECK(all_labels(data) == std::vector<std::int64_t>{0, 0, 1});
  CHECK(data->weight(0) == files->weight(0));
  CHECK_THAT(data->describe(), contains(", by their keys"));
  CHECK(&*keyed(data) == &*data);
  CHECK(troupe::fingerprint(data) == troupe::fingerprint(files));
}

TEST_CASE("pixels in memory and pairs are no keys", "[sources][keyed]") {
  const std::vector<std::uint8_t> bytes(8);
  const auto pixels = troupe::pixels_of(bytes, {2, 2, 1}, label_list::of_classes({0, 0}));
  CHECK_THAT(complaint_of([&] { keyed(pixels); }), contains("keyed: samples must be files, got memory: 2 images"));
  const auto pairs = troupe::with_masks(keyed({"a", "b"}), keyed({"ma", "mb"}));
  CHECK(pairs->keyed());
  CHECK(pairs->companion_of(1, 0).from->member(1) == "mb");
  CHECK_THAT(complaint_of([] { keyed(troupe::zip(on_shelf(2), on_shelf(2), "other")); }),
             contains("these have other; key both"));
}

TEST_CASE("data sets made of keys are keys, and do not mix with files", "[sources][keyed]") {
  const auto data = keyed(three, label_list::of_classes({0, 1, 1}, {"cat", "dog"}));
  CHECK(troupe::take(data, 2)->keyed());
  CHECK(troupe::concatenate({data, troupe::skip(data, 1)})->keyed());
  const auto none = troupe::filter(data, [](const troupe::candidate& c) { return c.bytes() > 0; });
  CHECK(none.size() == 0);
  CHECK_THAT(complaint_of([&] {
               troupe::concatenate({data, on_shelf({"cat"}, {"cat/1.jpg"})});
             }),
             contains("part 1: its samples must be files or keys, as those of part 0"));
  const auto files = on_shelf({"cat"}, {"cat/1.jpg"});
  const auto one = troupe::take(data, 1);
  CHECK_THAT(complaint_of([&] {
               troupe::concatenate({troupe::with_masks(one, one), troupe::with_masks(one, files)});
             }),
             contains("part 1: its samples must have the masks and further pictures of those of part 0"));
  const temporary_folder folder;
  CHECK_THAT(complaint_of([&] { troupe::pack(data, folder.path() / "out"); }), contains("these data are keys"));
}

TEST_CASE("a manifest of keys takes addresses, labels, weights and masks", "[sources][keyed]") {
  const temporary_folder folder;
  const auto file = folder.write("l.csv", "path,label,weight,mask\ns3://b/1,cat,2,s3://m/1\n../2,dog,1,/m/2\n");
  const auto data = troupe::keyed_manifest(file, troupe::manifest_format::csv);
  CHECK(data->keyed());
  CHECK(data->path(0) == "s3://b/1");
  CHECK(data->member(1) == "../2");
  CHECK(data->location(0).path.empty());
  CHECK(data->weight(0) == 2);
  CHECK(data->label(1) == 1);
  CHECK(data->companion_of(0, 0).from->keyed());
  CHECK(data->companion_of(1, 0).path() == "/m/2");
  CHECK_THAT(data->describe(), contains("2 keys in 2 classes, weighted"));
  CHECK_THAT(complaint_of([&] { troupe::manifest(file, troupe::manifest_format::csv); }), contains("is an address"));
  const auto headed = folder.write("h.csv", "address,kind\ns3://b/1.jpg,cat\n");
  CHECK_THAT(complaint_of([&] { troupe::keyed_manifest(headed, troupe::manifest_format::csv); }),
             contains("line 1: looks like a header, with address"));
  CHECK(troupe::keyed_manifest(folder.write("n.csv", "a1,cat\na2,dog\n"), troupe::manifest_format::csv).size() == 2);
}
