#pragma once
#include <troupe/sources/companion.hpp>
#include <troupe/sources/label_reader.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace troupe {

/// What a manifest says is marked on one picture.
struct annotation_text {
  std::vector<box> boxes;
  std::vector<std::string> box_labels;  ///< names or numbers, one for each box; or none
  std::vector<keypoint> keypoints;
};

/// The boxes and keypoints of many samples, end to end: 40 bytes a box with its class, 24 a keypoint, and 16 a sample
/// from the first that has some.
///
///     annotation_list marked;
///     for (…) marked.add(text);       // throws std::invalid_argument where classes are there for some boxes alone
///     marked.finish({});
///     marked.of(7).boxes
class annotation_list {
 public:
  void add(const annotation_text& one);
  /// `class_names` are those that boxes have, as for `label_reader`. Boxes without any class are all of class 0, "box".
  void finish(std::vector<std::string> class_names);

  annotations of(std::uint64_t index) const noexcept;
  const troupe::most_annotated& most() const noexcept { return most_; }
  const std::vector<std::string>& class_names() const noexcept { return names_; }

 private:
  std::uint64_t size_ = 0;
  std::vector<std::uint64_t> boxes_end_, keypoints_end_;  ///< of each sample; empty before the first that has some
  std::vector<box> boxes_;
  std::vector<std::string> written_;  ///< classes of boxes, until they are numbers
  std::vector<std::int64_t> labels_;
  std::vector<keypoint> keypoints_;
  troupe::most_annotated most_;
  std::vector<std::string> names_;
};

}  // namespace troupe
