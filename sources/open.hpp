#pragma once
#include <troupe/sources/source.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe {

/// The words of `open_options::format`: fashion-mnist, idx, cifar, cifar-coarse (CIFAR-100 with its 20 groups), folder,
/// npy, pairs (`images` and `masks`), csv, jsonl, tar.
const std::vector<std::string>& data_formats();

/// How the word for a data set is understood.
struct open_options {
  std::string format = {};                    ///< one of data_formats(); empty: recognised
  std::filesystem::path root = {};            ///< where Fashion-MNIST lies; empty: where Debian's package puts it
  std::vector<std::string> class_names = {};  ///< of the data trained on: labels are theirs; empty: the data's own
};

/// A data set that was named by a word, with its own split for evaluation where it has one.
struct opened_data {
  dataset train;
  std::optional<dataset> test;
  std::string kind;       ///< fashion-mnist, idx, cifar, folder, npy, pairs, csv, jsonl or tar
  std::string described;  ///< what was recognised, for a person: one line a split
};

/// Opens what a person calls a data set on the command line:
///
///     auto data = troupe::open_data("photos");
///
/// - `fashion-mnist`: the word itself (a folder of that name is `./fashion-mnist`).
/// - A folder with train-images-idx3-ubyte[.gz]: IDX; its t10k files are the test split.
/// - A folder with CIFAR's data_batch_1.bin, or train.bin and fine_label_names.txt: CIFAR-10 or CIFAR-100 (fine
/// labels).
/// - A folder with the folders `images` and `masks` and nothing else: pictures with their masks.
/// - A folder with images.npy, or class folders of .npy files: .npy.
/// - A folder with .tar files and no folders; a .tar file; a pattern like shards-{0000..0009}.tar or shards-*.tar: tar
///   shards.
/// - A .csv, .jsonl or .ndjson file: a manifest.
/// - A folder with `train` in it and beside it nothing but `val`, `valid`, `validation` or `test`, where `train` is
/// class
///   folders, pairs, .npy or shards: these, in splits. Evaluated is the first of them that is there, in this order.
/// - Any other folder: class folders.
///
/// Throws std::runtime_error with one sentence where there is no such data, with the nearest right word where one is
/// near; std::invalid_argument for a format that does not exist.
opened_data open_data(std::string_view word, const open_options& options = {});

/// A number that is the same for the same data in the same order, wherever it lies: over the class names, the labels,
/// weights, and the paths below the root (of parts of a file their sizes, too) or, for data in memory, the pixels; over
/// masks, further pictures, boxes and keypoints, where there are some. 64 bits, not cryptographic.
std::uint64_t fingerprint(const dataset& data);

}  // namespace troupe
