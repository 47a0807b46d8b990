#include <troupe/sources/source.hpp>

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace troupe {

bool is_reserved_field(std::string_view name) noexcept {
  constexpr std::string_view all[] = {"images",     "labels",  "indices",   "masks",           "boxes",
                                      "box_labels", "lengths", "keypoints", "keypoint_lengths"};
  return std::find(std::begin(all), std::end(all), name) != std::end(all);
}

std::string sample_of::path() const { return from->path(index); }

const std::vector<companion>& source::companions() const noexcept {
  static const std::vector<companion> none;
  return none;
}

sample_of source::companion_of(std::uint64_t, std::size_t n) const {
  throw std::out_of_range(describe() + ": its samples have no companion " + std::to_string(n));
}

const std::vector<std::string>& source::box_class_names() const noexcept {
  static const std::vector<std::string> none;
  return none;
}

}  // namespace troupe
