#pragma once
#include <troupe/sources/source.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace troupe {

/// Which part of a data set.
enum class split { train, test };

/// Images and labels in two IDX files, the format of MNIST and its relatives (LeCun, Cortes and Burges,
/// "The MNIST database": big-endian header, then bytes), plain or gzip. The pixels are held in memory once, as uint8.
///
///     auto letters = troupe::idx("letters-images-idx3-ubyte.gz", "letters-labels-idx1-ubyte.gz");
///
/// Images are `[N, H, W]` grey, or `[N, H, W, C]` with one or three channels; labels are `[N]`. Without names, class k
/// is called "k", and there are as many classes as the greatest label says. Throws std::runtime_error naming the file
/// and the remedy where a header is wrong, a file is cut off, damaged or too long, or images and labels differ in
/// number.
dataset idx(const std::filesystem::path& images, const std::filesystem::path& labels,
            std::vector<std::string> class_names = {});

/// The IDX files of one split in a folder, by their usual names: train-images-idx3-ubyte, train-labels-idx1-ubyte,
/// t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte; with `.idx3-ubyte` as an ending as well, each with or without `.gz`.
dataset idx_folder(const std::filesystem::path& folder, split part, std::vector<std::string> class_names = {});

/// Whether a folder has the IDX image file of this split.
bool has_idx(const std::filesystem::path& folder, split part);

}  // namespace troupe
