#include "scenes.hpp"

#include <string>
#include <vector>

namespace troupe::test {

namespace {

constexpr int extent = 8;

class scene_source final : public source {
 public:
  scene_source(std::uint64_t n, int channels, std::string prefix, bool files, bool marked)
      : shape_{extent, extent, channels}, n_(n), prefix_(std::move(prefix)), files_(files), marked_(marked) {
    pixels_.resize(files ? 0 : std::size_t(n) * shape_.bytes());
    for (std::size_t i = 0; i < pixels_.size(); ++i) pixels_[i] = std::uint8_t(i * 37 / 5 + i / 190);
    for (std::uint64_t i = 0; marked && i < n; ++i) {
      for (std::uint64_t b = 0; b < i % 4; ++b) {
        boxes_.push_back({double(b), double(i % 3), double(b + 3), double(i % 3 + 2)});
        labels_.push_back(std::int64_t(i + b));
        points_.push_back({double(b) + 0.5, double(2 * b) + 0.5, b != 1});
      }
      ends_.push_back(boxes_.size());
    }
  }
  std::uint64_t size() const noexcept override { return n_; }
  const std::vector<std::string>& class_names() const noexcept override { return names_; }
  std::int64_t label(std::uint64_t i) const noexcept override { return std::int64_t(i % 3); }
  std::string path(std::uint64_t i) const override { return prefix_ + std::to_string(i); }
  std::span<const std::uint8_t> pixels(std::uint64_t i) const noexcept override {
    if (files_) return {};
    return std::span(pixels_).subspan(std::size_t(i) * shape_.bytes(), shape_.bytes());
  }
  std::optional<image_shape> shape() const noexcept override { return files_ ? std::nullopt : std::optional(shape_); }
  annotations annotated(std::uint64_t i) const noexcept override {
    if (!marked_) return {};
    const std::size_t first = i == 0 ? 0 : ends_[i - 1], n = ends_[i] - first;
    return {std::span(boxes_).subspan(first, n), std::span(labels_).subspan(first, n),
            std::span(points_).subspan(first, n)};
  }
  troupe::most_annotated most_annotated() const noexcept override {
    return marked_ ? troupe::most_annotated{3, 3} : troupe::most_annotated{};
  }
  std::string describe() const override { return std::to_string(n_) + " scenes"; }

 private:
  image_shape shape_;
  std::uint64_t n_ = 0;
  std::string prefix_;
  bool files_ = false, marked_ = false;
  std::vector<std::uint8_t> pixels_;
  std::vector<box> boxes_;
  std::vector<std::int64_t> labels_;
  std::vector<keypoint> points_;
  std::vector<std::size_t> ends_;
  std::vector<std::string> names_{"sea", "town", "wood"};
};

}  // namespace

dataset scenes(std::uint64_t n, scene_parts parts) {
  const auto made = [&](int channels, const char* prefix, bool marked) {
    return dataset(std::make_shared<scene_source>(n, channels, prefix, parts.files, marked));
  };
  auto all = made(3, "", parts.marked);
  if (parts.second) all = zip(all, made(3, "10", false), "second");
  if (parts.masks) all = with_masks(all, made(1, "m", false));
  return all;
}

}  // namespace troupe::test
