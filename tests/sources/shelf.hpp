#pragma once
#include <troupe/sources/source.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Samples by their names, "class/name", in memory or not.
class shelf final : public troupe::source {
 public:
  shelf(std::vector<std::string> class_names, std::vector<std::string> members, bool in_memory = false)
      : class_names_(std::move(class_names)), members_(std::move(members)), in_memory_(in_memory) {}
  std::uint64_t size() const noexcept override { return members_.size(); }
  const std::vector<std::string>& class_names() const noexcept override { return class_names_; }
  std::int64_t label(std::uint64_t i) const noexcept override {
    for (std::size_t k = 0; k < class_names_.size(); ++k) {
      if (members_[i].compare(0, members_[i].find('/'), class_names_[k]) == 0) return std::int64_t(k);
    }
    return -1;
  }
  std::string path(std::uint64_t i) const override { return "shelf/" + members_[i]; }
  std::string member(std::uint64_t i) const override { return members_[i]; }
  std::span<const std::uint8_t> pixels(std::uint64_t i) const noexcept override {
    if (!in_memory_) return {};
    return {reinterpret_cast<const std::uint8_t*>(members_[i].data()), 3};
  }
  std::optional<troupe::image_shape> shape() const noexcept override {
    return in_memory_ ? std::optional(troupe::image_shape{1, 1, 3}) : std::nullopt;
  }
  double weight(std::uint64_t i) const noexcept override { return double(members_[i].size()); }
  std::string describe() const override { return "shelf: " + std::to_string(size()) + " samples"; }

 private:
  std::vector<std::string> class_names_, members_;
  bool in_memory_ = false;
};

inline troupe::dataset on_shelf(std::vector<std::string> class_names, std::vector<std::string> members,
                                bool in_memory = false) {
  return {std::make_shared<shelf>(std::move(class_names), std::move(members), in_memory)};
}

/// n samples of class "a", named a/0, a/1, …
inline troupe::dataset on_shelf(int n) {
  std::vector<std::string> members;
  for (int i = 0; i < n; ++i) members.push_back("a/" + std::to_string(i));
  return on_shelf({"a"}, std::move(members));
}

inline std::vector<std::string> members(const troupe::dataset& data) {
  std::vector<std::string> out;
  for (std::uint64_t i = 0; i < data.size(); ++i) out.push_back(data->member(i));
  return out;
}
