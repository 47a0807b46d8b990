#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace troupe {

/// Whether one of a path's folders is `..`.
bool goes_up(std::string_view path);

/// Holds paths to a folder: one that is absolute, goes up, or leaves through a symbolic link is refused. Each folder
/// below the root is looked at once, files are not opened.
///
///     enclosure in("photos");
///     in.objection("cat/1.jpg")           // empty: it stays inside
///     in.objection("../secret.jpg")       // "../secret.jpg points outside photos: …"
class enclosure {
 public:
  /// Throws std::runtime_error where the folder is not there.
  explicit enclosure(const std::filesystem::path& root);

  /// What is wrong with a path relative to the root; empty where nothing is.
  std::string objection(const std::string& path);

 private:
  struct folder {
    std::string wrong;                      ///< why nothing in it may be read
    std::unordered_set<std::string> links;  ///< the names in it that are symbolic links
  };
  const folder& known(const std::string& path);
  folder examine(const std::string& path);
  bool leaves(const std::string& path) const;

  std::filesystem::path root_, real_root_;
  std::unordered_map<std::string, folder> folders_;
  std::string last_path_;
  const folder* last_ = nullptr;
};

}  // namespace troupe
