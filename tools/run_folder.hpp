#pragma once
#include <boost/json/object.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace troupe {

/// Refuses a folder that holds another run: events of two would stand in one file, and weights of one replace the
/// other's. Nothing where it is empty, missing or not named, or where that run is over without having delivered a row:
/// a command line that was corrected may name the same folder. Throws usage_error.
void expect_no_run_in(const std::filesystem::path& folder);

/// The same, just before a run; removes what one has left there that came to nothing.
void clear_for_a_run(const std::filesystem::path& folder);

/// The folder of a run and its run.json: written when the run starts, with the result when it ends, each time whole (a
/// temporary, then a rename).
class run_folder {
 public:
  /// `chosen` is --out; empty: runs/<time>, made anew. Throws std::runtime_error where it cannot be made, and what
  /// `clear_for_a_run` throws.
  explicit run_folder(const std::string& chosen);

  const std::filesystem::path& path() const noexcept { return path_; }
  /// What is known before the start.
  void write(boost::json::object before);
  /// What is known at the end.
  void add_result(boost::json::object result);
  /// The files that the run left, by name; what lay in the folder before is not among them.
  std::vector<std::string> files() const;

 private:
  void save() const;

  std::filesystem::path path_;
  std::filesystem::file_time_type since_;
  boost::json::object content_;
};

}  // namespace troupe
