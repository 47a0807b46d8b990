#include <troupe/sources/open.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include <troupe/sources/cifar.hpp>
#include <troupe/sources/fashion_mnist.hpp>
#include <troupe/sources/image_folder.hpp>
#include <troupe/sources/listing.hpp>
#include <troupe/sources/manifest.hpp>
#include <troupe/sources/nearest.hpp>
#include <troupe/sources/npy_folder.hpp>
#include <troupe/sources/shards.hpp>
#include <troupe/sources/zip.hpp>

namespace troupe {
namespace {

namespace fs = std::filesystem;

using names = std::vector<std::string>;

const names evaluation_folders = {"val", "valid", "validation", "test"};
constexpr const char* wanted =
    "give fashion-mnist, a folder of class folders, of images and masks, of IDX, CIFAR or .npy files, a .csv or .jsonl "
    "manifest, or .tar "
    "shards";

opened_data finished(dataset train, std::optional<dataset> test, std::string kind) {
  auto text = train->describe();
  if (test) text.append(1, '\n').append((*test)->describe());
  return {std::move(train), std::move(test), std::move(kind), std::move(text)};
}

opened_data open_fashion(const fs::path& root) {
  return finished(fashion_mnist(split::train, root), fashion_mnist(split::test, root), "fashion-mnist");
}

opened_data open_idx(const fs::path& folder, const names& classes) {
  auto train = idx_folder(folder, split::train, classes);
  std::optional<dataset> test;
  if (has_idx(folder, split::test)) test = idx_folder(folder, split::test, train.class_names());
  return finished(std::move(train), std::move(test), "idx");
}

opened_data open_cifar(const fs::path& folder, cifar_labels which) {
  auto train = cifar(folder, split::train, which);
  std::optional<dataset> test;
  if (has_cifar(folder, split::test)) test = cifar(folder, split::test, which);
  return finished(std::move(train), std::move(test), "cifar");
}

/// What a folder of files can be, and how it is told.
struct folder_format {
  std::string name;
  bool (*recognised)(const fs::path&);
  dataset (*open)(const fs::path&, names class_names);
};

bool has_shards(const fs::path& folder) {
  return content_of(folder).folders.empty() && !files_in(folder, ".tar").empty();
}

bool has_class_folders(const fs::path& folder) {
  const auto inside = content_of(folder);
  return !inside.folders.empty() && inside.images == 0;
}

bool has_pairs(const fs::path& folder) {
  const auto inside = content_of(folder);
  return inside.folders == names{"images", "masks"} && inside.images == 0;
}

const folder_format folder_formats[] = {
    {"npy", has_npy, npy_folder},
    {"tar", has_shards,
     [](const fs::path& folder, names classes) {
       return tar_shards(shard_names(folder.string()), std::move(classes));
     }},
    {"pairs", has_pairs,  // NOLINTNEXTLINE(performance-unnecessary-value-param): what all of them are given
     [](const fs::path& folder, names) { return image_and_mask_folders(folder / "images", folder / "masks"); }},
    {"folder", has_class_folders, image_folder}};

/// Whether the folder holds splits, not classes. A class may well be called "train": then there are images in it, or
/// other classes beside it.
bool has_splits(const fs::path& folder, const folder_format& format) {
  const auto top = content_of(folder).folders;
  if (!std::binary_search(top.begin(), top.end(), "train")) return false;
  const auto is_split = [](const std::string& name) {
    return name == "train" ||
           std::find(evaluation_folders.begin(), evaluation_folders.end(), name) != evaluation_folders.end();
  };
  return std::all_of(top.begin(), top.end(), is_split) && format.recognised(folder / "train");
}

opened_data open_folder_as(const folder_format& format, const fs::path& folder, const names& classes) {
  if (!has_splits(folder, format)) return finished(format.open(folder, classes), std::nullopt, format.name);
  auto train = format.open(folder / "train", classes);
  std::optional<dataset> test;
  for (const auto& name : evaluation_folders)
    if (!test && fs::is_directory(folder / name)) test = format.open(folder / name, train.class_names());
  return finished(std::move(train), std::move(test), format.name);
}

opened_data open_folder(const fs::path& folder, const std::string& format, const names& classes) {
  if (format == "idx" || (format.empty() && (has_idx(folder, split::train) || has_idx(folder, split::test))))
    return open_idx(folder, classes);
  if (format == "cifar-coarse") return open_cifar(folder, cifar_labels::coarse);
  if (format == "cifar" || (format.empty() && has_cifar(folder, split::train)))
    return open_cifar(folder, cifar_labels::fine);
  if (format == "csv" || format == "jsonl")
    throw std::runtime_error(folder.string() + ": is a folder; give the manifest in it");
  const auto* chosen = std::end(folder_formats) - 1;
  for (const auto& one : folder_formats)
    if (one.name == format) return open_folder_as(one, folder, classes);
  for (const auto& one : folder_formats)
    if (one.recognised(folder) || has_splits(folder, one)) {
      chosen = &one;
      break;
    }
  if (chosen->name == "folder" && content_of(folder).folders.empty())
    for (const auto& name : files_in(folder, ""))
      if (manifest_format_of(name))
        throw std::runtime_error(folder.string() + " has no class folders; did you mean " + (folder / name).string() +
                                 "?");
  return open_folder_as(*chosen, folder, classes);
}

/// Whether a name ends like this, in lower or upper case.
bool ends_in(const std::string& word, const std::string& end) {
  return word.size() > end.size() && std::equal(end.rbegin(), end.rend(), word.rbegin(), [](char e, char c) {
           return e == (c >= 'A' && c <= 'Z' ? char(c | 0x20) : c);
         });
}

[[noreturn]] void refuse_file(const std::string& word) {
  std::string hint;
  if (has_image_extension(word)) hint = word + " would be PHOTOS/CLASS/" + fs::path(word).filename().string();
  for (const auto* end : {".npy", ".bin", "-ubyte", "-ubyte.gz"})
    if (ends_in(word, end)) hint = "its folder, perhaps";
  for (const auto* end : {".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.lz4", ".zip", ".7z", ".rar"})
    if (ends_in(word, end)) hint = "unpack it to a folder; of packed archives .tar.gz and .tar.zst are known";
  for (const auto* end : {".bz2", ".xz"})
    if (hint.empty() && ends_in(word, end)) hint = "unpack it; of packed files .gz and .zst are known";
  if (ends_in(word, ".tsv") || ends_in(word, ".tab")) hint = "with commas in place of tabs it is a manifest, .csv";
  if (ends_in(word, ".json")) hint = "with one object a line it is a manifest, .jsonl";
  if (ends_in(word, ".txt")) hint = "the format csv (--format csv) reads it where its lines are path,label";
  throw std::runtime_error(word + " is a file; " + wanted + (hint.empty() ? "" : " (" + hint + ")"));
}

opened_data open_file(const std::string& word, const std::string& format, const names& classes) {
  for (const auto& [name, listed] : {std::pair("csv", manifest_format::csv), {"jsonl", manifest_format::jsonl}})
    if (format.empty() ? manifest_format_of(word) == listed : format == name)
      return finished(manifest(word, listed, classes), std::nullopt, name);
  if (!format.empty() && format != "tar")
    throw std::runtime_error(word + " is a file; the format " + format + " (--format) needs a folder");
  bool tar = format == "tar";
  for (const auto* end : {".tar", ".tar.gz", ".tgz", ".tar.zst"}) tar = tar || ends_in(word, end);
  if (!tar) refuse_file(word);
  return finished(tar_shards({word}, classes), std::nullopt, "tar");
}

/// The error for a word that is no folder: with the word or the neighbour that was probably meant.
[[noreturn]] void refuse_missing(const std::string& word) {
  names candidates = {"fashion-mnist"};
  auto parent = fs::path(word).parent_path();
  std::error_code failed;
  for (fs::directory_iterator it(parent.empty() ? fs::path(".") : parent, failed), end; !failed && it != end;
       it.increment(failed)) {
    auto name = (parent / it->path().filename()).string();
    if (std::error_code ignored; it->is_directory(ignored) || manifest_format_of(name) || ends_in(name, ".tar"))
      candidates.push_back(std::move(name));
  }
  std::sort(candidates.begin() + 1, candidates.end());
  auto hint = did_you_mean(word, candidates);
  const bool file = manifest_format_of(word) || ends_in(word, ".tar");
  throw std::runtime_error(word + ": no such " + (file ? "file" : "folder") +
                           (hint.empty() ? std::string("; ") + wanted : hint));
}

}  // namespace

const std::vector<std::string>& data_formats() {
  static const names all = {"fashion-mnist", "idx",   "cifar", "cifar-coarse", "folder",
                            "npy",           "pairs", "csv",   "jsonl",        "tar"};
  return all;
}

opened_data open_data(std::string_view word_given, const open_options& options) {
  const std::string word(word_given);
  const auto& format = options.format;
  const auto& formats = data_formats();
  if (!format.empty() && std::find(formats.begin(), formats.end(), format) == formats.end()) {
    std::string all;
    for (const auto& f : formats) all += (all.empty() ? "" : f == formats.back() ? " or " : ", ") + f;
    throw std::invalid_argument("format: must be " + all + ", got " + format + did_you_mean(format, formats));
  }
  if (word.empty()) throw std::runtime_error(std::string("no data named; ") + wanted);
  if (word == "fashion-mnist" && (format.empty() || format == word))
    return open_fashion(options.root.empty() ? fs::path(fashion_mnist_root) : options.root);

  std::error_code failed;
  auto status = fs::status(word, failed);
  if (!fs::exists(status)) {
    if (failed && failed != std::errc::no_such_file_or_directory && failed != std::errc::not_a_directory)
      throw std::runtime_error(word + ": cannot be opened: " + failed.message());
    const bool pattern = word.find_first_of("{*?[") != std::string::npos;
    if (!pattern || (!format.empty() && format != "tar")) refuse_missing(word);
    return finished(tar_shards(shard_names(word), options.class_names), std::nullopt, "tar");
  }
  if (!fs::is_directory(status)) return open_file(word, format, options.class_names);
  if (format == "fashion-mnist") return open_fashion(word);
  return open_folder(word, format, options.class_names);
}

}  // namespace troupe
