// Masks that are found by the names of their pictures.
#include <troupe/sources/zip.hpp>

#include <stdexcept>
#include <unordered_map>
#include <utility>

#include <troupe/sources/file_list.hpp>

namespace troupe {
namespace {

namespace fs = std::filesystem;

std::string with_slash(const fs::path& folder) {
  auto root = folder.string();
  if (!root.empty() && root.back() != '/') root += '/';
  return root;
}

name_list files_below(const fs::path& folder) {
  if (!fs::is_directory(folder)) throw std::runtime_error(folder.string() + ": no such folder");
  name_list names;
  passed_by skipped;
  names.read(folder, skipped);
  if (names.size() > 0) return names;
  throw std::runtime_error(folder.string() + ": no image in it" +
                           (skipped.total() > 0 ? ", passed by: " + skipped.example : ""));
}

/// A name without its extension.
std::string_view stem(std::string_view name) {
  const auto dot = name.rfind('.');
  const auto slash = name.rfind('/');
  const bool none = dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash);
  return none ? name : name.substr(0, dot);
}

std::string some(std::uint64_t n, const std::string& what, const std::string& first) {
  return counted(n, what) + " (" + first + (n > 1 ? " and others)" : ")");
}

[[noreturn]] void refuse_both(const std::string& root, std::string_view one, std::string_view other) {
  throw std::runtime_error(root + std::string(one) + " and " + root + std::string(other) +
                           ": which of them is the mask? keep one");
}

/// The masks of a folder in the order of the pictures. With `all`, none may be left over.
dataset masks_in(const fs::path& folder, const dataset& pictures, bool all) {
  const auto root = with_slash(folder);
  const auto found = files_below(folder);
  std::unordered_map<std::string_view, std::size_t> by_stem;  // of `found`, which stays
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto [known, fresh] = by_stem.emplace(stem(found[i]), i);
    if (fresh) continue;
    refuse_both(root, found[i], found[known->second]);
  }
  name_list names;
  std::vector<bool> used(found.size());
  std::uint64_t without = 0;
  std::string first;
  for (std::uint64_t i = 0; i < pictures.size(); ++i) {
    const auto member = pictures->member(i);
    const auto mask = by_stem.find(stem(member));
    if (mask != by_stem.end()) {
      used[mask->second] = true;
      names.add(found[mask->second]);
    } else if (without++ == 0) {
      first = pictures->path(i) + " needs " + root + std::string(stem(member)) + ".png";
    }
  }
  if (without > 0) throw std::runtime_error(folder.string() + ": no mask for " + some(without, "picture", first));
  std::uint64_t left = 0;
  for (std::size_t i = 0; all && i < found.size(); ++i) {
    if (!used[i] && left++ == 0) first = root + std::string(found[i]);
  }
  if (left > 0) throw std::runtime_error(folder.string() + ": no picture for " + some(left, "mask", first));
  return {std::make_shared<file_list>(root, std::move(names))};
}

}  // namespace

dataset with_masks(const dataset& pictures, const fs::path& folder) {
  if (!pictures) throw std::invalid_argument("with_masks: a data set is empty-handed");
  return with_masks(pictures, masks_in(folder, pictures, false));
}

dataset image_and_mask_folders(const fs::path& images, const fs::path& masks) {
  const dataset pictures(std::make_shared<file_list>(with_slash(images), files_below(images)));
  return with_masks(pictures, masks_in(masks, pictures, true));
}

}  // namespace troupe
