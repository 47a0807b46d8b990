#pragma once
#include <troupe/sources/label_list.hpp>
#include <troupe/sources/source.hpp>

#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// What is known of samples beside their keys.
struct keyed_options {
  std::string name = "keys";  ///< stands for the data in messages
  std::optional<image_shape> shape =
      {};  ///< every sample is pixels `[H, W, C]` uint8 of this shape, not a picture file
};

/// Samples that are named and no more: by keys of an object store, a database, an archive. The loader reads nothing of
/// them; the first stage of one's own brings their bytes, by `encoded::key`.
///
///     auto photos = troupe::keyed({"2024/a.jpg", "2024/b.jpg"}, troupe::label_list::of_classes({0, 1}));
///     troupe::pipeline{}.load(photos, {.shuffle = true}).stage("store", spawn).augment({…})
///
/// Sample i is the i-th key. Without labels they are -1. Keeps about 9 bytes a sample beside its key, 13 where it has a
/// class. Throws std::invalid_argument for a key that is empty or holds a zero byte, where labels are more or fewer,
/// and for a shape that is none.
dataset keyed(const std::vector<std::string>& keys, label_list labels = {}, keyed_options options = {});

/// The samples of a data set by what names them in it (`source::member`): labels, weights and boxes hold, its files are
/// not opened. `keyed(image_folder("photos"))` has the keys `cat/1.jpg` …. Parts of a concatenation and tar shards may
/// name samples alike: make keys of each, with what tells them apart. Of `.npy` files a shape is known no more: the
/// stage sets `raw`. Throws std::invalid_argument where samples are in memory, or have companions: put them beside each
/// other afterwards, `with_masks(keyed(a), keyed(b))`.
dataset keyed(dataset data);

}  // namespace troupe
