#pragma once
#include <troupe/sources/label_list.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace troupe {

/// What a manifest or a shard says about one sample's label: exactly one of the three is set.
struct label_text {
  std::vector<std::string> classes;  ///< names or numbers
  std::vector<double> values;
  bool several = false;  ///< `classes` may be any number of them, not exactly one
  double weight = 1;

  bool empty() const noexcept { return classes.empty() && values.empty() && !several; }
};

/// Makes labels of what is written for each sample: names of classes, or their numbers, or values. Where every label is
/// a whole number below 2^20, numbers they are; otherwise classes are numbered in the byte order of their names, and a
/// negative whole number is refused. Where one sample has a list of classes, all have one.
///
///     label_reader labels;
///     for (…) labels.add(text);              // throws std::invalid_argument where it is of another kind than before
///     label_list all = labels.finish();
class label_reader {
 public:
  /// `class_names` are those of the training data: labels are theirs, by name. Where none of them is a number and the
  /// first label is one, all labels are numbers of classes. Empty: every name is a new class.
  explicit label_reader(std::vector<std::string> class_names = {});

  void add(const label_text& one);
  /// A class is never meant by its number, also where its name is one.
  void names_only() noexcept { called_by_numbers_ = true; }
  /// The names of the values; must be said before `finish` where they are no `value`, `value 1` ….
  void name_values(std::vector<std::string> names) { value_names_ = std::move(names); }
  std::uint64_t size() const noexcept { return list_.size_; }
  /// `weights()` is empty where all are 1.
  std::vector<float>& weights() noexcept { return weights_; }
  label_list finish();

 private:
  std::int32_t id_of(const std::string& name);
  std::int32_t given_id_of(const std::string& name);
  void add_weight(double weight);
  void become_several();
  void number_classes();

  label_list list_;
  bool given_ = false, numbers_ = true;
  bool called_by_numbers_ = false;  ///< a class name given is a number, so that labels are never places
  std::optional<bool> by_number_;   ///< how labels say which of the classes given, from the first on
  std::unordered_map<std::string, std::int32_t> ids_;
  std::vector<std::string> met_;  ///< by id, in the order of meeting
  std::vector<std::string> value_names_;
  std::size_t values_a_row_ = 0;
  std::vector<float> weights_;
};

/// A whole number without sign or leading zeros, below 2^20; -1 for anything else.
std::int64_t class_number(std::string_view text) noexcept;

}  // namespace troupe
