#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace troupe {

/// A folder of shards that is filled under another name, so that nothing has its final one before all of it is whole.
///
///     unfinished_folder out("shards");
///     write(out.part() / "shards-0000.tar");      // shards.part/shards-0000.tar
///     out.finish();                               // shards/shards-0000.tar
///
/// What was not finished goes with it, folders that were made for it included. What a process left that was killed,
/// with a mark in it, is replaced by the next one for the same folder; what is whole and could not be named is left.
class unfinished_folder {
 public:
  /// Makes DIR.part, or DIR/unfinished.part where DIR is there already. Throws std::runtime_error where DIR is no
  /// folder, holds shards or one of `names` already, where somebody else is writing it, or what lies under that name is
  /// none of ours.
  explicit unfinished_folder(const std::filesystem::path& folder,
                             const std::vector<std::string>& names = {"classes.txt"});
  ~unfinished_folder();
  unfinished_folder(const unfinished_folder&) = delete;
  unfinished_folder& operator=(const unfinished_folder&) = delete;

  const std::filesystem::path& part() const noexcept { return part_; }
  /// Gives it its name: at once, or name by name where the folder was there before.
  void finish();

 private:
  void take();
  void clear();
  void leave() noexcept;

  std::filesystem::path folder_, part_;
  std::vector<std::filesystem::path> made_;  ///< folders above, the highest first
  bool there_ = false;                       ///< the folder was, before
  bool filling_ = false;                     ///< what is in the part is ours
  int lock_ = -1;                            ///< on the part, so that two never fill it
};

}  // namespace troupe
