#pragma once
#include <troupe/sources/source.hpp>

#include <filesystem>
#include <string>

namespace troupe {

/// Two data sets of equal length side by side: sample i of the second comes with sample i of the first, whose labels,
/// weights and boxes hold. Batches have a field `name` with the second picture, made by the list of the first and with
/// the same random numbers, unless `pipeline::view(name, …)` gives it a list of its own.
///
///     auto pairs = troupe::zip(troupe::image_folder("low"), troupe::image_folder("high"), "high");
///
/// Of two pictures of one size, the same random numbers cut out the same part. May be zipped once more. Throws
/// std::invalid_argument where one is longer, or the name is taken.
dataset zip(dataset first, dataset second, const std::string& name = "second");

/// The same where the second data set is the masks of the first: class ids, as large as their pictures, which go
/// through crops, flips and rotations with them (`targets`). Batches have a field `masks`, `[N, H, W]` uint8. A mask
/// that cannot be read, or is of another size, makes a bad sample.
dataset with_masks(dataset pictures, dataset masks);

/// The same for masks in a folder: that of `cat/1.jpg` is `cat/1.png`, by what `source::member` says. Throws
/// std::runtime_error that counts and names pictures without a mask, and masks that two files could be.
///
///     auto data = troupe::with_masks(troupe::image_folder("photos"), "masks");
dataset with_masks(const dataset& pictures, const std::filesystem::path& folder);

/// Pictures and their masks in two folders, each with folders below it or none, in byte order: `images/a.jpg` belongs
/// to `masks/a.png`. Without labels: they are -1. Throws std::runtime_error that counts and names what has no
/// counterpart, on either side.
///
///     auto streets = troupe::image_and_mask_folders("streets/images", "streets/masks");
///     auto run = troupe::pipeline{}.load(streets, {.shuffle = true}).augment({troupe::random_resized_crop(224)})…
///     for (const troupe::batch& b : run.epoch()) step(b.images(), b.field("masks"));
dataset image_and_mask_folders(const std::filesystem::path& images, const std::filesystem::path& masks);

}  // namespace troupe
