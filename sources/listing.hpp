#pragma once
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe {

/// What a listing passed by, counted: nothing is left out in silence.
struct passed_by {
  std::uint64_t foreign = 0;   ///< files without an image's extension: notes.txt, labels.csv, Thumbs.db
  std::uint64_t special = 0;   ///< pipes, sockets, devices
  std::uint64_t broken = 0;    ///< links to nothing
  std::uint64_t repeated = 0;  ///< folders met a second time through a link, loops among them
  std::uint64_t hidden = 0;    ///< names with a leading dot: .DS_Store, .git
  std::string example;         ///< the first of them, by name

  std::uint64_t total() const noexcept { return foreign + special + broken + repeated + hidden; }
  /// Counts one more.
  void note(std::uint64_t& count, const std::string& path) {
    ++count;
    if (example.empty() || path < example) example = path;
  }
};

/// The folders below one root, each to be read once: what lies below it is read where it lies, so a link to it is
/// passed by, whichever way leads there first; of several links to a folder elsewhere the first one counts. So loops
/// end, too.
class folders_met {
 public:
  explicit folders_met(const std::filesystem::path& root);
  /// True where this folder is to be read: the first time it is asked for.
  bool first(const std::filesystem::path& folder, bool link);
  /// Asks for folders in the root before any of them is read, so that they come before links further below. Removes and
  /// counts those that are links to a folder of another one.
  void admit(std::vector<std::string>& names, passed_by& skipped);

 private:
  std::filesystem::path given_;
  std::string root_;  ///< the same without links, with a slash at its end
  std::set<std::pair<std::uint64_t, std::uint64_t>> met_;
};

/// The names of many files, end to end in one block of memory, in byte order: about 9 bytes a file beside its name.
///
///     name_list cats;
///     cats.read("photos/cat", skipped);
///     cats[0]                            // "1.jpg", "outdoors/7.jpg"
class name_list {
 public:
  /// Adds the image files below a folder, or those that end in `end`, sorted, as paths relative to it. Nothing is
  /// opened. Names are bytes; no encoding is assumed. Throws std::runtime_error naming a folder that cannot be read.
  void read(const std::filesystem::path& folder, passed_by& skipped, std::string_view end = {});
  /// The same for one of several folders below one root, each of which `met` was asked for before.
  void read(const std::filesystem::path& folder, passed_by& skipped, folders_met& met, std::string_view end = {});

  /// Adds one name, of two parts, at the end, where it stays. It must not hold a zero byte.
  void add(std::string_view name, std::string_view rest = {});

  std::size_t size() const noexcept { return begins_.size(); }
  std::string_view operator[](std::size_t i) const noexcept { return names_.data() + begins_[i]; }
  void shrink_to_fit();

 private:
  friend class folder_walk;
  std::vector<char> names_;            ///< each ends with a zero byte, which no name contains
  std::vector<std::uint64_t> begins_;  ///< in the order of the list
};

/// Whether a file is taken for an image, by the end of its name: .jpg .jpeg .jpe .jfif .png .webp .bmp .gif .tif .tiff
/// .ppm .pgm, in any case. A file of another kind under such a name, or of a kind that is not switched on, is found out
/// when it is decoded, and quarantined.
bool has_image_extension(std::string_view name) noexcept;

/// Names in one folder, sorted by bytes; hidden ones (a leading dot) apart.
struct folder_content {
  std::vector<std::string> folders;  ///< links to folders included
  std::uint64_t images = 0;          ///< files with an image's extension
  std::uint64_t others = 0;          ///< everything else
  std::vector<std::string> hidden;
};

/// Throws std::runtime_error naming the folder where it cannot be read.
folder_content content_of(const std::filesystem::path& folder);

/// The names in a folder that are symbolic links, hidden ones among them. Throws like `content_of`.
std::vector<std::string> links_in(const std::filesystem::path& folder);

/// The names of the files in a folder that end in this, sorted by bytes; hidden ones left out. Throws like
/// `content_of`.
std::vector<std::string> files_in(const std::filesystem::path& folder, std::string_view end);

}  // namespace troupe
