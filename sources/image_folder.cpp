#include <troupe/sources/image_folder.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <troupe/sources/grouped.hpp>
#include <troupe/sources/listing.hpp>

namespace troupe {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void give_up(const std::string& root, const std::string& what) { throw std::runtime_error(root + what); }

/// The root as it is written, without the slashes at its end.
std::string trimmed(const fs::path& root) {
  auto name = root.string();
  while (name.size() > 1 && name.back() == '/') name.pop_back();
  return name;
}

class folder_source final : public source {
 public:
  folder_source(const fs::path& root, std::vector<std::string> class_names) : root_(trimmed(root)), met_(root_) {
    auto top = content_of_root();
    outside_ = top.images + top.others;
    for (const auto& name : top.hidden) skipped_.note(skipped_.hidden, root_ + "/" + name);
    met_.admit(top.folders, skipped_);
    if (class_names.empty())
      read_own_classes(top.folders);
    else
      read_given_classes(top.folders, std::move(class_names));
    names_.shrink_to_fit();
    if (names_.size() == 0) refuse_without_images();
  }

  std::uint64_t size() const noexcept override { return names_.size(); }
  const std::vector<std::string>& class_names() const noexcept override { return class_names_; }
  std::int64_t label(std::uint64_t index) const noexcept override {
    auto after = std::upper_bound(ends_.begin(), ends_.end(), index);
    return after - ends_.begin();
  }
  std::string path(std::uint64_t index) const override { return root_ + "/" + member(index); }
  std::string member(std::uint64_t index) const override {
    return class_names_[static_cast<std::size_t>(label(index))] + "/" + std::string(names_[index]);
  }
  std::span<const std::uint8_t> pixels(std::uint64_t) const noexcept override { return {}; }
  std::optional<image_shape> shape() const noexcept override { return {}; }
  std::string describe() const override {
    auto text = root_ + ": " + counted(size(), "file") + " in " + counted(class_names_.size(), "class folder");
    if (empty_ > 0) text += "; " + counted(empty_, "folder") + " without images left out (" + first_empty_ + ")";
    if (skipped_.total() > 0) text += "; passed by: " + skipped_text();
    if (outside_ > 0) text += "; " + counted(outside_, "file") + " outside class folders left out";
    return text;
  }

 private:
  folder_content content_of_root() const {
    std::error_code failed;
    auto status = fs::status(root_, failed);
    if (!fs::exists(status)) give_up(root_, ": no such folder");
    if (!fs::is_directory(status)) give_up(root_, ": is a file, not a folder of class folders");
    auto top = content_of(root_);
    if (top.folders.empty() && top.images + top.others == 0) give_up(root_, " is empty" + how_to());
    if (top.folders.empty()) give_up(root_, " has no class folders" + how_to());
    return top;
  }

  std::string how_to() const { return ": put each class's images in a folder of its own, " + root_ + "/cat/1.jpg"; }

  void read_own_classes(const std::vector<std::string>& folders) {
    for (const auto& folder : folders) {
      auto before = names_.size();
      names_.read(fs::path(root_) / folder, skipped_, met_);
      if (names_.size() == before) {
        note_empty(folder);
        continue;
      }
      class_names_.push_back(folder);
      ends_.push_back(names_.size());
    }
  }

  void read_given_classes(const std::vector<std::string>& folders, std::vector<std::string> given) {
    class_names_ = std::move(given);
    for (const auto& folder : folders)
      if (std::find(class_names_.begin(), class_names_.end(), folder) == class_names_.end())
        give_up(root_ + "/" + folder, ": this class is not in the training split; add it there or remove it here");
    for (const auto& name : class_names_) {
      auto before = names_.size();
      if (std::binary_search(folders.begin(), folders.end(), name)) names_.read(fs::path(root_) / name, skipped_, met_);
      if (names_.size() == before) note_empty(name);
      ends_.push_back(names_.size());
    }
  }

  void note_empty(const std::string& folder) {
    if (empty_++ == 0) first_empty_ = folder;
  }

  [[noreturn]] void refuse_without_images() const {
    auto what = root_ + ": " + counted(empty_, "class folder") + ", but no image in " + (empty_ == 1 ? "it" : "them");
    if (skipped_.total() > 0) what += "; " + skipped_text();
    throw std::runtime_error(what + "; images end in .jpg, .jpeg, .png or .webp");
  }

  std::string skipped_text() const {
    std::string text;
    auto add = [&](std::uint64_t n, const std::string& what) {
      if (n > 0) text += (text.empty() ? "" : ", ") + what;
    };
    add(skipped_.foreign, counted(skipped_.foreign, "file") + " without an image's extension");
    add(skipped_.special, counted(skipped_.special, "pipe, socket or device", ""));
    add(skipped_.broken, counted(skipped_.broken, "broken link"));
    add(skipped_.repeated, counted(skipped_.repeated, "folder") + " met again through a link");
    add(skipped_.hidden, counted(skipped_.hidden, "hidden name"));
    return text + " (" + skipped_.example + ")";
  }

  std::string root_;
  folders_met met_;
  std::vector<std::string> class_names_;
  name_list names_;
  std::vector<std::uint64_t> ends_;  ///< class k ends before sample ends_[k]
  passed_by skipped_;
  std::uint64_t outside_ = 0, empty_ = 0;
  std::string first_empty_;
};

}  // namespace

dataset image_folder(const fs::path& root, std::vector<std::string> class_names) {
  return {std::make_shared<folder_source>(root, std::move(class_names))};
}

}  // namespace troupe
