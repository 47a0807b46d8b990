#pragma once
#include <troupe/sources/grouped.hpp>
#include <troupe/sources/listing.hpp>
#include <troupe/sources/source.hpp>

#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// Files below one folder, by their names and without labels.
class file_list final : public source {
 public:
  /// `root` is empty, or ends with a slash.
  file_list(std::string root, name_list names) : root_(std::move(root)), names_(std::move(names)) {
    names_.shrink_to_fit();
  }

  std::uint64_t size() const noexcept override { return names_.size(); }
  const std::vector<std::string>& class_names() const noexcept override { return none_; }
  std::int64_t label(std::uint64_t) const noexcept override { return -1; }
  std::string path(std::uint64_t index) const override { return root_ + member(index); }
  std::string member(std::uint64_t index) const override { return std::string(names_[index]); }
  std::span<const std::uint8_t> pixels(std::uint64_t) const noexcept override { return {}; }
  std::optional<image_shape> shape() const noexcept override { return {}; }
  std::string describe() const override { return root_ + ": " + counted(size(), "file"); }

 private:
  std::string root_;
  name_list names_;
  std::vector<std::string> none_;
};

}  // namespace troupe
