#include <troupe/sources/enclosure.hpp>

#include <algorithm>
#include <stdexcept>

#include <troupe/sources/listing.hpp>

namespace troupe {
namespace {

namespace fs = std::filesystem;

/// The folder of a path, empty for the root itself.
std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

bool goes_up(std::string_view path) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    if (path.substr(begin, end - begin) == "..") return true;
    begin = end + 1;
  }
  return false;
}

enclosure::enclosure(const fs::path& root) : root_(root.empty() ? fs::path(".") : root) {
  std::error_code failed;
  real_root_ = fs::canonical(root_, failed);
  if (failed) throw std::runtime_error(root_.string() + ": cannot be opened: " + failed.message());
}

bool enclosure::leaves(const std::string& path) const {
  std::error_code failed;
  const auto real = fs::canonical(root_ / path, failed);
  if (failed) return false;  // it is not there: found out when it is read
  return std::mismatch(real_root_.begin(), real_root_.end(), real.begin(), real.end()).first != real_root_.end();
}

enclosure::folder enclosure::examine(const std::string& path) {
  folder f;
  if (!path.empty()) {
    const auto& above = known(folder_of(path));
    f.wrong = above.wrong;
    if (f.wrong.empty() && above.links.count(name_of(path)) > 0 && leaves(path))
      f.wrong = "points outside " + root_.string() + " through the link " + path;
    if (std::error_code failed; f.wrong.empty() && !fs::is_directory(root_ / path, failed))
      f.wrong = "there is no folder " + path + "; paths are relative to " + root_.string() + ", where the list lies";
  }
  if (f.wrong.empty())
    for (auto& name : links_in(root_ / path)) f.links.insert(std::move(name));
  return f;
}

const enclosure::folder& enclosure::known(const std::string& path) {
  if (const auto found = folders_.find(path); found != folders_.end()) return found->second;
  auto fresh = examine(path);  // may come by here again for the folders above
  return folders_.emplace(path, std::move(fresh)).first->second;
}

std::string enclosure::objection(const std::string& path) {
  if (path.find("://") != std::string::npos) return path + " is an address; only files are read, download it first";
  if (!path.empty() && path.front() == '/')
    return path + " points outside " + root_.string() + ": paths are relative to the folder where the list lies";
  if (goes_up(path)) return path + " points outside " + root_.string() + ": a path must not go up by ..";
  auto folder = folder_of(path);
  if (last_ == nullptr || folder != last_path_) {
    last_ = &known(folder);
    last_path_ = std::move(folder);
  }
  if (!last_->wrong.empty()) return path + ": " + last_->wrong;
  if (last_->links.empty()) return {};
  if (last_->links.count(name_of(path)) > 0 && leaves(path))
    return path + " is a link that points outside " + root_.string() +
           "; copy the file there, or put the list where the files lie";
  return {};
}

}  // namespace troupe
