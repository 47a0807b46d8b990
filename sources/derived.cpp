#include <troupe/sources/derived.hpp>

#include <algorithm>

namespace troupe {

most_annotated derived_source::most_annotated() const noexcept {
  troupe::most_annotated most;
  for (const auto& part : from_) {
    const auto own = part->most_annotated();
    most = {std::max(most.boxes, own.boxes), std::max(most.keypoints, own.keypoints)};
  }
  return most;
}

void derived_source::write_label(std::uint64_t index, float* row) const {
  const auto o = origin_of(index);
  const auto& of = from_[o.part];
  if (labels_.empty()) return of->write_label(o.index, row);
  std::vector<float> own(of.classes());
  of->write_label(o.index, own.data());
  std::fill_n(row, class_names_.size(), 0.0F);
  for (std::size_t c = 0; c < own.size(); ++c) {
    if (own[c] != 0) row[labels_[o.part][c]] = own[c];
  }
}

}  // namespace troupe
