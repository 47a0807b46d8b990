#include <troupe/sources/annotation_list.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <troupe/sources/grouped.hpp>

namespace troupe {

void annotation_list::add(const annotation_text& one) {
  if (!one.box_labels.empty() && one.box_labels.size() != one.boxes.size())
    throw std::invalid_argument("has " + counted(one.boxes.size(), "box", "es") + ", but " +
                                counted(one.box_labels.size(), "box label"));
  if (!one.boxes.empty() && !boxes_.empty() && one.box_labels.empty() != written_.empty())
    throw std::invalid_argument("\"box_labels\" must be there for all boxes or for none");
  for (const auto& b : one.boxes)
    if (b.empty()) throw std::invalid_argument("a box must be [x0, y0, x1, y1] with x0 < x1 and y0 < y1");
  if (boxes_end_.empty() && !(one.boxes.empty() && one.keypoints.empty())) {
    boxes_end_.assign(std::size_t(size_), 0);
    keypoints_end_.assign(std::size_t(size_), 0);
  }
  ++size_;
  boxes_.insert(boxes_.end(), one.boxes.begin(), one.boxes.end());
  written_.insert(written_.end(), one.box_labels.begin(), one.box_labels.end());
  keypoints_.insert(keypoints_.end(), one.keypoints.begin(), one.keypoints.end());
  most_ = {std::max(most_.boxes, one.boxes.size()), std::max(most_.keypoints, one.keypoints.size())};
  if (most_.any()) {
    boxes_end_.push_back(boxes_.size());
    keypoints_end_.push_back(keypoints_.size());
  }
}

void annotation_list::finish(std::vector<std::string> class_names) {
  labels_.resize(boxes_.size());
  if (!boxes_.empty()) names_ = {"box"};
  if (!written_.empty()) {
    label_reader reader(std::move(class_names));
    for (auto& name : written_) reader.add({.classes = {std::exchange(name, {})}, .values = {}});
    const auto all = reader.finish();
    for (std::size_t i = 0; i < labels_.size(); ++i) labels_[i] = all.label(i);
    names_ = all.names();
  }
  written_ = {};
  boxes_.shrink_to_fit();
  keypoints_.shrink_to_fit();
}

annotations annotation_list::of(std::uint64_t index) const noexcept {
  if (boxes_end_.empty()) return {};
  const auto i = std::size_t(index);
  const auto part = [i](const auto& all, const auto& ends) {
    const std::size_t begin = i == 0 ? 0 : std::size_t(ends[i - 1]);
    return std::span(all).subspan(begin, std::size_t(ends[i]) - begin);
  };
  return {part(boxes_, boxes_end_), part(labels_, boxes_end_), part(keypoints_, keypoints_end_)};
}

}  // namespace troupe
