#pragma once
#include <troupe/augment/fault.hpp>
#include <troupe/sources/source.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace troupe {

/// The labels of many samples, whatever their kind: 4 bytes a sample for single classes, 4 for each of several, 4 for
/// each value.
///
///     label_list::of_classes({0, 1, 1}, {"cat", "dog"})
///     label_list::of_several({{0}, {0, 1}, {}}, {"cat", "dog"})
///     label_list::of_values({0.5f, 1.5f, 2.5f}, {"height"})
class label_list {
 public:
  label_list() = default;

  /// One class a sample. Without names class k is called "k", as far as the greatest label says. Throws
  /// std::invalid_argument for a label that is negative or has no name.
  static label_list of_classes(const std::vector<std::int64_t>& labels, std::vector<std::string> names = {});
  /// Several classes a sample, or none. Throws like `of_classes`.
  static label_list of_several(const std::vector<std::vector<std::int64_t>>& labels, std::vector<std::string> names);
  /// One row of values a sample, `[N, names.size()]`. Throws std::invalid_argument where they are no whole rows.
  static label_list of_values(std::vector<float> values, std::vector<std::string> names);

  label_kind kind() const noexcept { return kind_; }
  std::uint64_t size() const noexcept { return size_; }
  /// The names of the classes, or of the values.
  const std::vector<std::string>& names() const noexcept { return names_; }
  /// As `source::label` and `source::write_label`.
  std::int64_t label(std::uint64_t index) const noexcept;
  void write(std::uint64_t index, float* row) const;

 private:
  friend class label_reader;

  label_kind kind_ = label_kind::classes;
  std::uint64_t size_ = 0;
  std::vector<std::string> names_;
  std::vector<std::int32_t> ids_;      ///< classes: of each sample; of several: one sample's after the other's
  std::vector<std::uint64_t> begins_;  ///< of several: where the ids of a sample begin, and the end of the last
  std::vector<float> values_;
};

/// What is wrong with a label that is to be one of so many classes: `corrupt`. Of none, every number is one.
failure wrong_class(std::int64_t label, std::size_t classes);

/// The label of a sample for a person: "cat", "cat; dog", "0.5; 2", "none" of no class.
std::string spelled_label(const source& data, std::uint64_t index);

/// For a person: "in 10 classes", "with any of 80 classes each", "with 2 values each".
std::string described(const label_list& labels);

}  // namespace troupe
