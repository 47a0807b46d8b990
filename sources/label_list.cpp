#include <troupe/sources/label_list.hpp>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <troupe/sources/grouped.hpp>

namespace troupe {
namespace {

constexpr std::int64_t most_classes = std::int64_t{1} << 20;

std::int32_t checked(std::int64_t label, const std::vector<std::string>& names) {
  const auto below = names.empty() ? most_classes : std::int64_t(names.size());
  if (label < 0 || label >= below)
    throw std::invalid_argument("labels: a label must be 0 ... " + std::to_string(below - 1) + ", got " +
                                std::to_string(label));
  return std::int32_t(label);
}

}  // namespace

label_list label_list::of_classes(const std::vector<std::int64_t>& labels, std::vector<std::string> names) {
  label_list l;
  l.size_ = labels.size();
  l.ids_.reserve(labels.size());
  for (const auto label : labels) l.ids_.push_back(checked(label, names));
  l.names_ = std::move(names);
  if (l.names_.empty() && !l.ids_.empty())
    for (int k = 0; k <= *std::max_element(l.ids_.begin(), l.ids_.end()); ++k) l.names_.push_back(std::to_string(k));
  return l;
}

label_list label_list::of_several(const std::vector<std::vector<std::int64_t>>& labels,
                                  std::vector<std::string> names) {
  if (names.empty()) throw std::invalid_argument("labels: several classes a sample need the names of the classes");
  label_list l;
  l.kind_ = label_kind::multi_hot;
  l.size_ = labels.size();
  l.begins_.reserve(labels.size() + 1);
  l.begins_.push_back(0);
  for (const auto& of_one : labels) {
    for (const auto label : of_one) l.ids_.push_back(checked(label, names));
    l.begins_.push_back(l.ids_.size());
  }
  l.names_ = std::move(names);
  return l;
}

label_list label_list::of_values(std::vector<float> values, std::vector<std::string> names) {
  if (names.empty()) throw std::invalid_argument("labels: values need names, one for each column");
  if (values.size() % names.size() != 0)
    throw std::invalid_argument("labels: values must be rows of " + std::to_string(names.size()) + ", got " +
                                std::to_string(values.size()) + " in all");
  label_list l;
  l.kind_ = label_kind::values;
  l.size_ = values.size() / names.size();
  l.values_ = std::move(values);
  l.names_ = std::move(names);
  return l;
}

std::int64_t label_list::label(std::uint64_t index) const noexcept {
  if (kind_ == label_kind::classes) return ids_[index];
  if (kind_ == label_kind::values || begins_[index] == begins_[index + 1]) return -1;
  return ids_[begins_[index]];
}

void label_list::write(std::uint64_t index, float* row) const {
  if (kind_ == label_kind::values) {
    std::copy_n(values_.data() + index * names_.size(), names_.size(), row);
    return;
  }
  std::fill_n(row, names_.size(), 0.0F);
  if (kind_ == label_kind::classes)
    row[ids_[index]] = 1;
  else
    for (auto i = begins_[index]; i < begins_[index + 1]; ++i) row[ids_[i]] = 1;
}

failure wrong_class(std::int64_t label, std::size_t classes) {
  if (classes == 0 || (label >= 0 && std::uint64_t(label) < classes)) return {};
  return {fault::corrupt, "its label is " + std::to_string(label) + ", of " + std::to_string(classes) + " classes"};
}

std::string spelled_label(const source& data, std::uint64_t index) {
  const auto& names = data.class_names();
  if (data.labels() == label_kind::classes) {
    const auto label = data.label(index);
    return label >= 0 && std::uint64_t(label) < names.size() ? names[std::size_t(label)] : "none";
  }
  std::vector<float> row(names.size());
  data.write_label(index, row.data());
  std::ostringstream text;
  for (std::size_t k = 0; k < row.size(); ++k) {
    if (data.labels() == label_kind::multi_hot && row[k] == 0) continue;
    if (text.tellp() > 0) text << "; ";
    if (data.labels() == label_kind::values)
      text << row[k];
    else
      text << names[k];
  }
  return text.tellp() > 0 ? text.str() : "none";
}

std::string described(const label_list& labels) {
  const auto n = labels.names().size();
  if (labels.kind() == label_kind::values) return "with " + counted(n, "value") + " each";
  return (labels.kind() == label_kind::classes ? "in " : "with any of ") + counted(n, "class", "es") +
         (labels.kind() == label_kind::classes ? "" : " each");
}

}  // namespace troupe
