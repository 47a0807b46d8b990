#include <troupe/sources/zip.hpp>

#include <troupe/sources/concatenate.hpp>
#include <troupe/sources/image_folder.hpp>
#include <troupe/sources/manifest.hpp>
#include <troupe/sources/open.hpp>
#include <troupe/sources/pack.hpp>
#include <troupe/sources/slice.hpp>
#include <troupe/sources/subset.hpp>

#include "../catch.hpp"
#include "contains.hpp"
#include "laws.hpp"
#include "shelf.hpp"
#include "temporary_folder.hpp"

using namespace troupe;

namespace {

using names = std::vector<std::string>;

std::string mask_of(const dataset& data, std::uint64_t index) { return data->companion_of(index, 0).path(); }

}  // namespace

TEST_CASE("masks are found by the names of their pictures, in folders below as well", "[sources][fields]") {
  temporary_folder folder;
  for (const auto* name :
       {"images/b/2.jpg", "images/a.jpeg", "images/b/1.png", "masks/b/1.png", "masks/a.png", "masks/b/2.png"})
    folder.write(name);
  const auto data = image_and_mask_folders(folder.path() / "images", folder.path() / "masks");
  REQUIRE(members(data) == names{"a.jpeg", "b/1.png", "b/2.jpg"});
  REQUIRE(data->companions() == std::vector<companion>{{"masks", companion_kind::mask, {}, false}});
  for (std::uint64_t i = 0; i < 3; ++i) REQUIRE(data->label(i) == -1);
  REQUIRE(mask_of(data, 0) == (folder.path() / "masks/a.png").string());
  REQUIRE(mask_of(data, 2) == (folder.path() / "masks/b/2.png").string());
}

TEST_CASE("pictures without a mask and masks without a picture are counted and named", "[sources][fields]") {
  temporary_folder folder;
  const auto images = folder.path() / "images", masks = folder.path() / "masks";
  const auto complaint = [&] { return complaint_of([&] { image_and_mask_folders(images, masks); }); };
  CHECK_THAT(complaint(), contains("images: no such folder"));
  folder.write("images/1.jpg");
  folder.write("masks/notes.txt");
  CHECK_THAT(complaint(), contains("masks: no image in it, passed by: " + (masks / "notes.txt").string()));
  folder.write("masks/1.png");
  folder.write("masks/0.png");
  CHECK_THAT(complaint(), contains("no picture for 1 mask (" + (masks / "0.png").string() + ")"));
  folder.write("images/0.jpg");
  folder.write("images/7.jpg");
  folder.write("images/8.jpg");
  CHECK_THAT(complaint(), contains("no mask for 2 pictures (" + (images / "7.jpg").string() + " needs " +
                                   (masks / "7.png").string() + " and others)"));
  folder.write("masks/1.webp");
  CHECK_THAT(complaint(), contains("which of them is the mask? keep one"));
}

TEST_CASE("a folder of images and masks is recognised, in splits as well", "[sources][fields]") {
  temporary_folder folder;
  for (const auto* name : {"s/train/images/1.jpg", "s/train/masks/1.png", "s/val/images/2.jpg", "s/val/masks/2.png"})
    folder.write(name);
  const auto alone = open_data((folder.path() / "s/train").string());
  REQUIRE(alone.kind == "pairs");
  REQUIRE(alone.train->companions().size() == 1);
  const auto split = open_data((folder.path() / "s").string());
  REQUIRE(split.kind == "pairs");
  REQUIRE(mask_of(*split.test, 0) == (folder.path() / "s/val/masks/2.png").string());
  REQUIRE(open_data((folder.path() / "s/train").string(), {.format = "folder"}).kind == "folder");
}

TEST_CASE("class folders keep their classes beside masks in a folder", "[sources][fields]") {
  temporary_folder folder;
  for (const auto* name : {"photos/cat/1.jpg", "photos/dog/1.jpg", "masks/cat/1.png", "masks/dog/1.png", "masks/x.png"})
    folder.write(name);
  const auto data = with_masks(image_folder(folder.path() / "photos"), folder.path() / "masks");
  REQUIRE(data.class_names() == names{"cat", "dog"});
  REQUIRE(data->label(1) == 1);
  REQUIRE(mask_of(data, 1) == (folder.path() / "masks/dog/1.png").string());
}

TEST_CASE("parts of a zip keep together, and their fingerprint sees both", "[sources][law][fields]") {
  const auto low = on_shelf(6);
  const auto high = on_shelf({"b"}, {"b/a", "b/b", "b/c", "b/d", "b/e", "b/f"});
  const auto both = zip(low, high, "high");
  const auto second = [](const dataset& d, std::uint64_t i) { return d->companion_of(i, 0).path(); };
  const auto some = subset(both, {4, 1});
  REQUIRE(second(some, 0) == "shelf/b/e");
  REQUIRE(second(skip(both, 2), 1) == "shelf/b/d");
  const auto twice = concatenate({both, take(both, 2)});
  REQUIRE(twice->companions() == both->companions());
  REQUIRE(second(twice, 7) == "shelf/b/b");
  REQUIRE(fingerprint(both) != fingerprint(low));
  REQUIRE(fingerprint(both) != fingerprint(zip(low, subset(high, {1, 0, 2, 3, 4, 5}), "high")));
  REQUIRE_THAT(complaint_of([&] { concatenate({both, low}); }), contains("masks and further pictures"));
  REQUIRE_THAT(complaint_of([&] { zip(both, high, "high"); }), contains("name must be a new one"));
  REQUIRE_THAT(complaint_of([&] { zip(both, high, "labels"); }), contains("name must be a new one"));
  REQUIRE_THAT(complaint_of([&] { pack(both, "shards"); }), contains("a picture and its label a sample, and no more"));
  REQUIRE(zip(both, high, "third")->companions().size() == 2);
}
