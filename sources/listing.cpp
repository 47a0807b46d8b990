#include <troupe/sources/listing.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace troupe {
namespace {

enum class kind { file, folder, special, broken };

struct entry {
  std::string_view name;
  kind what = kind::file;
  bool link = false;
};

kind kind_of(mode_t mode) { return S_ISREG(mode) ? kind::file : S_ISDIR(mode) ? kind::folder : kind::special; }

bool ends_in(std::string_view name, std::string_view end) {
  return name.size() > end.size() && name.substr(name.size() - end.size()) == end;
}

/// An open folder, closed at the end of the block.
class open_folder {
 public:
  open_folder(int parent, const char* name, const std::string& path) : path_(path) {
    auto descriptor = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor >= 0) stream_ = ::fdopendir(descriptor);
    if (!stream_ && descriptor >= 0) ::close(descriptor);
    if (!stream_) fail();
  }
  open_folder(const open_folder&) = delete;
  open_folder& operator=(const open_folder&) = delete;
  ~open_folder() { ::closedir(stream_); }

  int descriptor() const { return ::dirfd(stream_); }
  bool hidden = false;              ///< whether names with a leading dot are entries
  std::vector<std::string> passed;  ///< those names, where they are none

  /// The next visible entry; the type comes with the name from most file systems, so that few entries cost a stat.
  bool next(entry& e) {
    for (;;) {
      errno = 0;
      auto* d = ::readdir(stream_);
      if (!d && errno != 0) fail();
      if (!d) return false;
      e.name = d->d_name;
      if (e.name == "." || e.name == "..") continue;
      if (e.name[0] == '.' && !hidden) {
        passed.emplace_back(e.name);
        continue;
      }
      e.link = d->d_type == DT_LNK;
      if (d->d_type == DT_REG)
        e.what = kind::file;
      else if (d->d_type == DT_DIR)
        e.what = kind::folder;
      else if (d->d_type == DT_LNK || d->d_type == DT_UNKNOWN)
        examine(d->d_name, e);
      else
        e.what = kind::special;
      return true;
    }
  }

 private:
  [[noreturn]] void fail() const {
    throw std::runtime_error(path_ + ": this folder cannot be read: " + std::strerror(errno));
  }

  void examine(const char* name, entry& e) const {
    struct stat about = {};
    if (::fstatat(descriptor(), name, &about, AT_SYMLINK_NOFOLLOW) == 0) e.link = S_ISLNK(about.st_mode);
    if (e.link && ::fstatat(descriptor(), name, &about, 0) != 0)
      e.what = kind::broken;
    else
      e.what = kind_of(about.st_mode);
  }

  std::string path_;
  DIR* stream_ = nullptr;
};

}  // namespace

bool has_image_extension(std::string_view name) noexcept {
  static constexpr std::array<std::string_view, 12> known = {"jpg", "jpeg", "jpe", "jfif", "png", "webp",
                                                             "bmp", "gif",  "tif", "tiff", "ppm", "pgm"};
  auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  auto extension = name.substr(dot + 1);
  return std::any_of(known.begin(), known.end(), [&](std::string_view k) {
    return k.size() == extension.size() &&
           std::equal(k.begin(), k.end(), extension.begin(), [](char a, char b) { return a == (b | 0x20); });
  });
}

folders_met::folders_met(const std::filesystem::path& root) : given_(root) {
  std::error_code failed;
  root_ = std::filesystem::canonical(root.empty() ? "." : root, failed).string();
  if (root_.empty() || root_.back() != '/') root_ += '/';
  first(root, false);
}

bool folders_met::first(const std::filesystem::path& folder, bool link) {
  if (link) {
    std::error_code failed;
    const auto real = std::filesystem::canonical(folder, failed).string();
    const bool below = real.compare(0, root_.size(), root_) == 0;
    if (!failed && below && real.find("/.", root_.size() - 1) == std::string::npos) return false;
  }
  struct stat about = {};
  if (::stat(folder.empty() ? "." : folder.c_str(), &about) != 0) return true;  // found out when it is opened
  return met_.emplace(about.st_dev, about.st_ino).second;
}

void folders_met::admit(std::vector<std::string>& names, passed_by& skipped) {
  const auto again = [&](const std::string& name) {
    const auto folder = given_ / name;
    if (first(folder, std::filesystem::is_symlink(folder))) return false;
    skipped.note(skipped.repeated, folder.string());
    return true;
  };
  names.erase(std::remove_if(names.begin(), names.end(), again), names.end());
}

/// Goes through a folder and those below it.
class folder_walk {
 public:
  folder_walk(name_list& list, passed_by& skipped, folders_met& met, std::string_view end)
      : list_(list), skipped_(skipped), met_(met), end_(end) {}

  void enter(int parent, const char* name, const std::string& path, const std::string& below) {
    open_folder folder(parent, name, path);
    std::vector<std::pair<bool, std::string>> folders;  // real ones before links, then by name: independent of readdir
    for (entry e; folder.next(e);) {
      if (e.what == kind::folder)
        folders.emplace_back(e.link, e.name);
      else if (e.what == kind::special)
        note(skipped_.special, path, e.name);
      else if (e.what == kind::broken)
        note(skipped_.broken, path, e.name);
      else if (!wanted(e.name))
        note(skipped_.foreign, path, e.name);
      else
        list_.add(below, e.name);
    }
    for (const auto& hidden : folder.passed) note(skipped_.hidden, path, hidden);
    std::sort(folders.begin(), folders.end());
    for (const auto& [link, child] : folders) {
      auto next = below;
      auto inside = path;
      inside.append("/").append(child);
      if (met_.first(inside, link))
        enter(folder.descriptor(), child.c_str(), inside, next.append(child).append("/"));
      else
        note(skipped_.repeated, path, child);
    }
  }

 private:
  bool wanted(std::string_view name) const { return end_.empty() ? has_image_extension(name) : ends_in(name, end_); }

  void note(std::uint64_t& count, const std::string& folder, std::string_view name) {
    skipped_.note(count, std::string(folder).append("/").append(name));
  }

  name_list& list_;
  passed_by& skipped_;
  folders_met& met_;
  std::string_view end_;
};

void name_list::read(const std::filesystem::path& folder, passed_by& skipped, std::string_view end) {
  folders_met met(folder);
  met.first(folder.parent_path(), false);  // a link back to it would bring its neighbours in
  read(folder, skipped, met, end);
}

void name_list::read(const std::filesystem::path& folder, passed_by& skipped, folders_met& met, std::string_view end) {
  auto first = begins_.size();
  folder_walk(*this, skipped, met, end).enter(AT_FDCWD, folder.c_str(), folder.string(), "");
  std::sort(begins_.begin() + static_cast<std::ptrdiff_t>(first), begins_.end(),
            [this](std::uint64_t a, std::uint64_t b) { return std::strcmp(names_.data() + a, names_.data() + b) < 0; });
}

void name_list::add(std::string_view name, std::string_view rest) {
  begins_.push_back(names_.size());
  names_.insert(names_.end(), name.begin(), name.end());
  names_.insert(names_.end(), rest.begin(), rest.end());
  names_.push_back('\0');
}

void name_list::shrink_to_fit() {
  names_.shrink_to_fit();
  begins_.shrink_to_fit();
}

folder_content content_of(const std::filesystem::path& folder) {
  folder_content content;
  open_folder open(AT_FDCWD, folder.c_str(), folder.string());
  for (entry e; open.next(e);) {
    if (e.what == kind::folder)
      content.folders.emplace_back(e.name);
    else if (e.what == kind::file && has_image_extension(e.name))
      ++content.images;
    else
      ++content.others;
  }
  content.hidden = std::move(open.passed);
  std::sort(content.folders.begin(), content.folders.end());
  return content;
}

std::vector<std::string> links_in(const std::filesystem::path& folder) {
  std::vector<std::string> links;
  open_folder open(AT_FDCWD, folder.c_str(), folder.string());
  open.hidden = true;
  for (entry e; open.next(e);)
    if (e.link) links.emplace_back(e.name);
  return links;
}

std::vector<std::string> files_in(const std::filesystem::path& folder, std::string_view end) {
  std::vector<std::string> files;
  open_folder open(AT_FDCWD, folder.c_str(), folder.string());
  for (entry e; open.next(e);)
    if (e.what == kind::file && ends_in(e.name, end)) files.emplace_back(e.name);
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace troupe
