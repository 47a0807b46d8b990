// What a batch has beside images, labels and indices: made with the same parameters, wherever and whenever it is made.
#include <troupe/augment/targets.hpp>

#include <cstring>
#include <map>

#include "../catch.hpp"
#include "delivered.hpp"
#include "rig.hpp"
#include "scenes.hpp"

using namespace troupe;
using namespace troupe::test;

namespace {

std::vector<transform> moved() {
  return {random_resized_crop(6, {0.3, 1}), random_horizontal_flip(), random_rotation(30), color_jitter(0.3)};
}

std::vector<transform> still() { return {center_crop(5)}; }

pipeline of(dataset data, int cpus = 2, std::vector<transform> list = moved()) {
  return pipeline{}
      .load(std::move(data), {.shuffle = true, .seed = 5, .epochs = 2})
      .augment(std::move(list), {.chunk = 3, .mask_fill = 255})
      .view("clean", still())
      .batch({.size = 10})
      .budget({.cpus = cpus})
      .output({.directory = {}, .digest = true});
}

std::string digest_of(const pipeline& p, std::uint32_t order = 0) {
  rig r(p, order);
  r.disk().extent = 8;
  r.pull_all();
  REQUIRE(r.over()->how == ending::completed);
  REQUIRE(r.over()->dispositions.balanced());
  REQUIRE(r.state().read_ahead.held() == 0);
  REQUIRE(r.actors() == 0);
  return r.over()->digest;
}

// A row of a field as bytes.
std::vector<std::byte> row_of(const batch& b, const char* name, std::size_t row) {
  const auto v = b.field(name);
  const auto bytes = std::size_t(v.elements()) / b.rows() * size_of(v.type);
  const auto* from = static_cast<const std::byte*>(v.data) + row * bytes;
  return {from, from + bytes};
}

template <class T>
std::vector<std::byte> bytes_of(const std::vector<T>& values) {
  const auto* from = reinterpret_cast<const std::byte*>(values.data());
  return {from, from + values.size() * sizeof(T)};
}

// One row made by hand, of a sample in memory.
struct by_hand {
  std::vector<float> image, second, clean, boxes = std::vector<float>(12), points = std::vector<float>(9);
  std::vector<std::uint8_t> mask;
  std::vector<std::int64_t> labels{-1, -1, -1};
  std::int64_t left = 0;

  by_hand(const source& data, std::uint64_t index, sample_key key, const std::vector<transform>& list)
      : image(108), second(108), clean(75), mask(36) {
    const recipe prepare(list, {}, data.shape()), view(still(), {}, data.shape());
    const auto other = data.companion_of(index, 0), ids = data.companion_of(index, 1);
    const auto marked = data.annotated(index);
    targets along{.mask = {ids.from->pixels(ids.index), ids.from->shape()},
                  .mask_row = mask.data(),
                  .mask_fill = 255,
                  .boxes = {marked.boxes.begin(), marked.boxes.end()},
                  .keypoints = {marked.keypoints.begin(), marked.keypoints.end()}};
    scratch memory;
    const picture own{data.pixels(index), data.shape()};
    REQUIRE_FALSE(prepare.run(own, key, image.data(), along, memory));
    REQUIRE_FALSE(prepare.run({other.from->pixels(other.index), other.from->shape()}, key, second.data(), memory));
    key.view += 2;
    REQUIRE_FALSE(view.run(own, key, clean.data(), memory));
    for (std::size_t i = 0; i < along.boxes.size(); ++i) {
      const box& b = along.boxes[i];
      if (b.empty()) continue;
      for (const double edge : {b.x0, b.y0, b.x1, b.y1}) boxes[4 * std::size_t(left) + at_++ % 4] = float(edge);
      labels[std::size_t(left++)] = marked.box_labels[i];
    }
    for (std::size_t i = 0; i < along.keypoints.size(); ++i) {
      const keypoint& k = along.keypoints[i];
      points[3 * i] = float(k.x), points[3 * i + 1] = float(k.y), points[3 * i + 2] = k.inside ? 1 : 0;
    }
  }

 private:
  std::size_t at_ = 0;
};

}  // namespace

TEST_CASE("all fields are the same bits for any number of workers, whatever the interleaving",
          "[actors][law][fields]") {
  for (const bool files : {false, true}) {
    const auto data = scenes(43, {.files = files});
    const auto digest = digest_of(of(data));
    for (const int cpus : {1, 2, 5}) {
      for (std::uint32_t order = 0; order <= 8; ++order) REQUIRE(digest_of(of(data, cpus), order) == digest);
    }
  }
}

TEST_CASE("every field of a row is what the recipe makes of its sample by the same key", "[actors][law][fields]") {
  const auto data = scenes(23);
  std::size_t emptied = 0;
  for (const auto& list : {moved(), {resize(7), five_crop(6)}}) {
    rig r(of(data, 2, list));
    while (auto b = r.pull()) {
      const auto pass = r.state().at(b->pass());
      for (std::size_t row = 0; row < b->rows(); ++row) {
        const auto offset = b->number() * 10 + row;
        const auto index = pass.index(offset, 0);
        const by_hand made(*data, index, pass.key(offset, 0), list);
        REQUIRE(row_of(*b, "images", row) == bytes_of(made.image));
        REQUIRE(row_of(*b, "second", row) == bytes_of(made.second));
        REQUIRE(row_of(*b, "clean", row) == bytes_of(made.clean));
        REQUIRE(row_of(*b, "masks", row) == bytes_of(made.mask));
        REQUIRE(row_of(*b, "boxes", row) == bytes_of(made.boxes));
        REQUIRE(row_of(*b, "box_labels", row) == bytes_of(made.labels));
        REQUIRE(row_of(*b, "lengths", row) == bytes_of(std::vector{made.left}));
        REQUIRE(row_of(*b, "keypoints", row) == bytes_of(made.points));
        REQUIRE(row_of(*b, "keypoint_lengths", row) == bytes_of(std::vector{std::int64_t(index % 4)}));
        emptied += index % 4 - std::uint64_t(made.left);
      }
    }
    r.settle();
    REQUIRE(r.over()->how == ending::completed);
  }
  REQUIRE(emptied > 0);  // a crop left boxes behind
}

TEST_CASE("a run that begins in the middle delivers the fields of one from the beginning", "[actors][law][fields]") {
  const auto p = of(scenes(43));
  rig whole(p);
  const auto all = rest_of(whole);
  for (std::uint64_t n = 0; n < 10; n += 3) {
    auto rest = p;
    rig r(rest.seek(n / 5, n % 5));
    REQUIRE(rest_of(r) == from_batch(all, n));
  }
}

TEST_CASE("a view and whatever belongs to a picture change nothing in images", "[actors][law][fields]") {
  const auto images_of = [](const pipeline& p) {
    rig r(p);
    std::vector<std::vector<std::byte>> all;
    while (auto b = r.pull()) {
      for (std::size_t row = 0; row < b->rows(); ++row) all.push_back(row_of(*b, "images", row));
    }
    r.settle();
    return all;
  };
  const auto bare = pipeline{}
                        .load(scenes(23, {.masks = false, .second = false, .marked = false}),
                              {.shuffle = true, .seed = 5, .epochs = 2})
                        .augment(moved())
                        .batch({.size = 10});
  REQUIRE(images_of(bare) == images_of(of(scenes(23))));
}

TEST_CASE("a second picture may have a list of its own, with random numbers of its own", "[actors][fields]") {
  const auto data = scenes(9, {.masks = false, .marked = false});
  rig r(pipeline{}
            .load(data, {.epochs = 1})
            .augment({random_crop(5)})
            .view("second", {resize({3, 4})})
            .batch({.size = 9}));
  const auto b = *r.pull();
  REQUIRE(b.field("second").shape == std::vector<std::int64_t>{9, 3, 3, 4});
  const recipe own({resize({3, 4})}, {}, data->shape());
  std::vector<float> row(36);
  scratch memory;
  const auto other = data->companion_of(4, 0);
  REQUIRE_FALSE(own.run({other.from->pixels(4), other.from->shape()}, {}, row.data(), memory));
  REQUIRE(row_of(b, "second", 4) == bytes_of(row));
}

TEST_CASE("files that are kept, decoded or as they are, give the same fields", "[actors][law][fields][cache]") {
  const auto p = of(scenes(43, {.files = true}));
  const auto digest = digest_of(p);
  for (const auto how : {cached::encoded, cached::decoded}) {
    auto kept = p;
    rig r(kept.load(scenes(43, {.files = true}), {.shuffle = true, .seed = 5, .epochs = 2, .cache = how}));
    r.disk().extent = 8;
    std::uint64_t opened = 0;
    r.disk().on_open = [&](std::uint64_t) { ++opened; };
    r.pull_all();
    REQUIRE(r.over()->digest == digest);
    REQUIRE(opened == 3 * 43);  // once each: picture, second, mask
  }
}

TEST_CASE("finished batches first: the same fields under the same numbers", "[actors][fields]") {
  const auto all_of = [](const pipeline& p, std::uint32_t order) {
    rig r(p, order);
    r.disk().extent = 8;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::vector<std::uint8_t>> all;
    for (auto& d : rest_of(r)) all[{d.epoch, d.number}] = std::move(d.bytes);
    return all;
  };
  const auto p = of(scenes(43, {.files = true}), 3);
  auto ready = p;
  ready.batch({.size = 10, .order = delivery::ready});
  const auto wanted = all_of(p, 0);
  REQUIRE(wanted.size() == 10);
  for (std::uint32_t order = 1; order <= 10; ++order) REQUIRE(all_of(ready, order) == wanted);
}
