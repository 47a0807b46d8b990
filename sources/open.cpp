#include <troupe/sources/open.hpp>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <troupe/sources/fashion_mnist.hpp>
#include <troupe/sources/image_folder.hpp>
#include <troupe/sources/listing.hpp>
#include <troupe/sources/nearest.hpp>

namespace troupe {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> formats = {"fashion-mnist", "idx", "folder"};
const std::vector<std::string> evaluation_folders = {"val", "valid", "validation", "test"};

opened_data finished(dataset train, std::optional<dataset> test, std::string kind) {
  auto text = train->describe();
  if (test) text.append(1, '\n').append((*test)->describe());
  return {std::move(train), std::move(test), std::move(kind), std::move(text)};
}

opened_data open_fashion(const fs::path& root) {
  return finished(fashion_mnist(split::train, root), fashion_mnist(split::test, root), "fashion-mnist");
}

opened_data open_idx(const fs::path& folder) {
  auto train = idx_folder(folder, split::train);
  std::optional<dataset> test;
  if (has_idx(folder, split::test)) test = idx_folder(folder, split::test, train.class_names());
  return finished(std::move(train), std::move(test), "idx");
}

/// Whether the folder holds splits, not classes. A class may well be called "train": then there are images in it, or
/// other classes beside it.
bool has_splits(const fs::path& folder) {
  auto top = content_of(folder).folders;
  if (!std::binary_search(top.begin(), top.end(), "train")) return false;
  auto is_split = [](const std::string& name) {
    return name == "train" ||
           std::find(evaluation_folders.begin(), evaluation_folders.end(), name) != evaluation_folders.end();
  };
  if (!std::all_of(top.begin(), top.end(), is_split)) return false;
  auto inside = content_of(folder / "train");
  return !inside.folders.empty() && inside.images == 0;
}

opened_data open_class_folders(const fs::path& folder) {
  if (!fs::is_directory(folder) || !has_splits(folder)) return finished(image_folder(folder), std::nullopt, "folder");
  auto train = image_folder(folder / "train");
  std::optional<dataset> test;
  for (const auto& name : evaluation_folders)
    if (!test && fs::is_directory(folder / name)) test = image_folder(folder / name, train.class_names());
  return finished(std::move(train), std::move(test), "folder");
}

/// The error for a word that is no folder: with the word or the neighbouring folder that was probably meant.
[[noreturn]] void refuse_missing(const std::string& word) {
  std::vector<std::string> candidates = {"fashion-mnist"};
  auto parent = fs::path(word).parent_path();
  std::error_code failed;
  for (fs::directory_iterator it(parent.empty() ? fs::path(".") : parent, failed), end; !failed && it != end;
       it.increment(failed))
    if (std::error_code ignored; it->is_directory(ignored))
      candidates.push_back((parent / it->path().filename()).string());
  std::sort(candidates.begin() + 1, candidates.end());
  auto hint = did_you_mean(word, candidates);
  throw std::runtime_error(
      word + ": no such folder" +
      (hint.empty() ? "; give fashion-mnist, a folder of class folders or a folder of IDX files" : hint));
}

[[noreturn]] void refuse_file(const std::string& word) {
  throw std::runtime_error(word + " is a file; give fashion-mnist, a folder of class folders or a folder of IDX files" +
                           (has_image_extension(word)
                                ? " (" + word + " would be PHOTOS/CLASS/" + fs::path(word).filename().string() + ")"
                                : ""));
}

}  // namespace

opened_data open_data(std::string_view word_given, const open_options& options) {
  const std::string word(word_given);
  const auto& format = options.format;
  if (!format.empty() && std::find(formats.begin(), formats.end(), format) == formats.end())
    throw std::invalid_argument("format: must be fashion-mnist, idx or folder, got " + format +
                                did_you_mean(format, formats));
  if (word.empty())
    throw std::runtime_error("no data named; give fashion-mnist, a folder of class folders or of IDX files");
  if (word == "fashion-mnist" && (format.empty() || format == word))
    return open_fashion(options.root.empty() ? fs::path(fashion_mnist_root) : options.root);

  std::error_code failed;
  auto status = fs::status(word, failed);
  if (!fs::exists(status)) {
    if (failed && failed != std::errc::no_such_file_or_directory && failed != std::errc::not_a_directory)
      throw std::runtime_error(word + ": cannot be opened: " + failed.message());
    refuse_missing(word);
  }
  if (!fs::is_directory(status)) refuse_file(word);
  if (format == "fashion-mnist") return open_fashion(word);
  if (format == "idx" || (format.empty() && (has_idx(word, split::train) || has_idx(word, split::test))))
    return open_idx(word);
  return open_class_folders(word);
}

std::uint64_t fingerprint(const dataset& data) {
  std::uint64_t h = 0x9e3779b97f4a7c15u;
  auto mix =
      [&h](std::uint64_t word) {  // a multiply-xorshift round, constants of splitmix64 (Steele, Lea and Flood 2014)
        h = (h ^ word) * 0xbf58476d1ce4e5b9u;
        h ^= h >> 31;
      };
  auto mix_bytes = [&](const void* data_of, std::size_t bytes) {
    const auto* p = static_cast<const unsigned char*>(data_of);
    mix(bytes);
    for (; bytes >= 8; p += 8, bytes -= 8) {
      std::uint64_t word = 0;
      for (int i = 0; i < 8; ++i) word |= std::uint64_t{p[i]} << (8 * i);
      mix(word);
    }
    std::uint64_t rest = 0;
    for (std::size_t i = 0; i < bytes; ++i) rest |= std::uint64_t{p[i]} << (8 * i);
    mix(rest);
  };
  mix(data.size());
  if (!data) return h;
  for (const auto& name : data.class_names()) mix_bytes(name.data(), name.size());
  for (std::uint64_t i = 0; i < data.size(); ++i) {
    auto member = data->member(i);
    auto pixels = data->pixels(i);
    mix(static_cast<std::uint64_t>(data->label(i)));
    mix_bytes(member.data(), member.size());
    if (!pixels.empty()) mix_bytes(pixels.data(), pixels.size());
  }
  return h;
}

}  // namespace troupe
