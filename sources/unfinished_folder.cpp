#include <troupe/sources/unfinished_folder.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include <troupe/sources/listing.hpp>
#include <troupe/sources/refuse.hpp>

namespace troupe {
namespace {

namespace fs = std::filesystem;

/// Without links, dots and a slash at its end.
fs::path spelled_plainly(const fs::path& folder) {
  std::error_code failed;
  auto path = fs::weakly_canonical(folder, failed);
  if (failed) path = fs::absolute(folder).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

/// Lies in a folder that is being filled: what a process left that was killed is told from a folder of somebody's own.
constexpr const char* marker = ".unfinished";
constexpr const char* part_within = "unfinished.part";

bool is_empty_folder(const fs::path& path) { return fs::is_directory(path) && fs::is_empty(path); }

/// Where a pack was killed while it moved what was whole: a part of that lies in the folder, the rest without a mark.
bool half_moved(const fs::path& folder) {
  const auto rest = folder / part_within;
  return fs::is_directory(rest) && !fs::is_empty(rest) && !fs::exists(rest / marker);
}

/// Its own, or those of its splits.
bool holds_shards(const fs::path& folder) {
  const fs::recursive_directory_iterator all(folder);
  return std::any_of(begin(all), end(all), [](const auto& entry) { return entry.path().extension() == ".tar"; });
}

void refuse_what_is_there(const fs::path& folder, const std::vector<std::string>& names) {
  if (!fs::is_directory(folder)) refuse(folder, "is a file, not a folder; name another one");
  const auto refuse_with = [&](const std::string& what, const char* remedy) {
    refuse(folder,
           "holds " + what + " already; " +
               (half_moved(folder) ? std::string("a pack was stopped while it moved them here: the rest is in ") +
                                         part_within + ", move it up, or remove both"
                                   : remedy));
  };
  if (!files_in(folder, ".tar").empty()) refuse_with("shards", "name another folder, or remove them");
  for (const auto& name : names)
    if (fs::exists(folder / name) && !is_empty_folder(folder / name))
      refuse_with("a " + name, "name another folder, or remove it");
}

}  // namespace

unfinished_folder::unfinished_folder(const fs::path& folder, const std::vector<std::string>& names)
    : folder_(spelled_plainly(folder)) {
  std::error_code failed;
  there_ = fs::exists(folder_, failed);
  if (there_) refuse_what_is_there(folder_, names);
  part_ = there_ ? folder_ / part_within : fs::path(folder_.string() + ".part");
  try {
    take();
    clear();
  } catch (const fs::filesystem_error& e) {
    leave();
    refuse(e.path1().empty() ? folder : e.path1(),
           "cannot be made: " + e.code().message() + "; name another folder, or remove what is in the way");
  } catch (...) {
    leave();
    throw;
  }
}

unfinished_folder::~unfinished_folder() { leave(); }

void unfinished_folder::take() {
  std::error_code ignored;
  for (auto above = part_.parent_path(); !fs::exists(above, ignored) && above.has_relative_path();
       above = above.parent_path())
    made_.insert(made_.begin(), above);
  for (const auto& above : made_) fs::create_directory(above);
  fs::create_directory(part_);
  lock_ = ::open(part_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (lock_ < 0) refuse(part_, std::string("cannot be opened: ") + std::strerror(errno));
  // Some network file systems have no locks: there nobody is kept out.
  const bool alone = ::flock(lock_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
  struct stat held = {}, named = {};
  if (!alone || ::fstat(lock_, &held) != 0 || ::stat(part_.c_str(), &named) != 0 || held.st_ino != named.st_ino)
    refuse(folder_, "is being written by another process; wait for it, or name another folder");
}

void unfinished_folder::clear() {
  const bool left = !fs::is_empty(part_) && !fs::exists(part_ / marker);
  if (left && holds_shards(part_))
    refuse(part_, there_ ? "holds a whole pack, which was stopped before it was moved up; move it up, or remove it"
                         : "holds a whole pack; rename it to " + folder_.filename().string() +
                               " if it was stopped before it got that name, or name another folder");
  if (left)
    refuse(part_, "is in the way, with " + fs::directory_iterator(part_)->path().filename().string() +
                      " in it, and is no unfinished pack; move it away, or name another folder");
  filling_ = true;
  for (const auto& entry : fs::directory_iterator(part_))
    if (entry.path().filename() != marker) fs::remove_all(entry.path());
  std::ofstream(part_ / marker).put('\n');
}

// What is whole is not removed any more, whatever happens to its name.
void unfinished_folder::finish() {
  std::error_code failed, ignored;
  fs::remove(part_ / marker, ignored);
  filling_ = false;
  if (there_) {
    std::vector<fs::path> all;
    for (const auto& entry : fs::directory_iterator(part_)) all.push_back(entry.path());
    for (const auto& one : all)
      if (!failed) fs::rename(one, folder_ / one.filename(), failed);
    for (const auto& one : all)
      if (failed && !fs::exists(one, ignored)) fs::rename(folder_ / one.filename(), one, ignored);
    if (!failed) fs::remove(part_, ignored);
  } else {
    fs::rename(part_, folder_, failed);
  }
  made_.clear();
  if (failed)
    refuse(folder_, "cannot be made: " + failed.message() + "; all of it is in " + part_.string() + ": rename that");
}

void unfinished_folder::leave() noexcept {
  std::error_code ignored;
  if (filling_) fs::remove_all(part_, ignored);
  for (auto above = made_.rbegin(); above != made_.rend(); ++above) fs::remove(*above, ignored);
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace troupe
