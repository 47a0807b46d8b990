#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace troupe {

/// The classes.txt beside the shards of one folder, and what the labels in these shards mean by it. Numbers in `.cls`
/// are places in classes.txt, counted from 0, where all `.cls` are numbers: also where the classes are called "0", "1",
/// "10". Other labels are names; where there is no such name, and no class is called by a number, a number is a place.
class shard_classes {
 public:
  /// Reads it; has no names where there is none. Throws std::runtime_error where a name stands twice.
  explicit shard_classes(const std::filesystem::path& folder);

  const std::vector<std::string>& names() const noexcept { return names_; }
  /// Takes note of a `.cls` of these shards. All of them before the first `name_of`.
  void note(std::string_view cls);
  /// The name of the class; the text itself where there is no classes.txt. Throws std::invalid_argument for a class
  /// that is not in it.
  std::string name_of(const std::string& text, bool from_cls) const;

 private:
  std::string file_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::size_t> places_;
  bool places_in_cls_ = true, called_by_numbers_ = false;
};

}  // namespace troupe
