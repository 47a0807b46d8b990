#include <troupe/sources/label_reader.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

#include <troupe/sources/nearest.hpp>

namespace troupe {

std::int64_t class_number(std::string_view text) noexcept {
  std::int64_t number = -1;
  if (text.empty() || (text.size() > 1 && text[0] == '0') || text[0] == '-') return -1;
  const auto [after, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = failed == std::errc{} && after == text.data() + text.size();
  return whole && number < (1 << 20) ? number : -1;
}

label_reader::label_reader(std::vector<std::string> class_names) : given_(!class_names.empty()) {
  met_ = std::move(class_names);
  for (std::size_t k = 0; k < met_.size(); ++k) {
    ids_.emplace(met_[k], std::int32_t(k));
    called_by_numbers_ = called_by_numbers_ || class_number(met_[k]) >= 0;
  }
}

namespace {

bool is_negative(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() > 1 && text[0] == '-' && std::all_of(text.begin() + 1, text.end(), digit);
}

}  // namespace

std::int32_t label_reader::given_id_of(const std::string& name) {
  const auto known = ids_.find(name);
  const auto number = called_by_numbers_ ? -1 : class_number(name);
  if (known == ids_.end() && number < 0) {
    const auto hint = did_you_mean(name, met_);
    throw std::invalid_argument("the class " + name + " is not in the training split" +
                                (hint.empty() ? "; add it there or remove it here" : hint));
  }
  if (!by_number_) by_number_ = number >= 0;
  if (*by_number_ != (number >= 0))
    throw std::invalid_argument("the class is " + name + ", a " + (number >= 0 ? "number" : "name") + ", but a " +
                                (number >= 0 ? "name" : "number") + " before it; write all of them as names");
  if (known != ids_.end()) return known->second;
  if (number >= std::int64_t(met_.size()))
    throw std::invalid_argument("the class number " + name + " must be below " + std::to_string(met_.size()) +
                                ", the classes of the training split; write the names of classes");
  return std::int32_t(number);
}

std::int32_t label_reader::id_of(const std::string& name) {
  if (name.empty()) throw std::invalid_argument("the label is empty");
  if (given_) return given_id_of(name);
  if (const auto known = ids_.find(name); known != ids_.end()) return known->second;
  if (is_negative(name))
    throw std::invalid_argument("a label is a class name or a whole number from 0, got " + name +
                                "; leave such samples out, or give the class a name; numbers to predict are values");
  numbers_ = numbers_ && class_number(name) >= 0;
  const auto id = std::int32_t(met_.size());
  met_.push_back(name);
  ids_.emplace(name, id);
  return id;
}

void label_reader::add_weight(double weight) {
  if (!(weight >= 0) || !std::isfinite(float(weight)))
    throw std::invalid_argument("a weight must be a number of at least 0 that float32 holds");
  if (weight == 1 && weights_.empty()) return;
  weights_.resize(list_.size_, 1.0F);
  weights_.push_back(float(weight));
}

void label_reader::add(const label_text& one) {
  auto kind = !one.values.empty() ? label_kind::values : one.several ? label_kind::multi_hot : label_kind::classes;
  if (list_.size_ == 0) list_.kind_ = kind;
  if (kind == label_kind::multi_hot && list_.kind_ == label_kind::classes) become_several();
  if (kind == label_kind::classes && list_.kind_ == label_kind::multi_hot) kind = label_kind::multi_hot;
  if (kind != list_.kind_)
    throw std::invalid_argument("some labels are classes and some are values; be it one of them");
  if (kind == label_kind::values) {
    if (list_.size_ == 0) values_a_row_ = one.values.size();
    if (one.values.size() != values_a_row_)
      throw std::invalid_argument(std::to_string(one.values.size()) + " values, but " + std::to_string(values_a_row_) +
                                  " before it");
    for (const auto v : one.values) {
      if (!std::isfinite(float(v))) throw std::invalid_argument("a value is not finite, or too large for float32");
      list_.values_.push_back(float(v));
    }
  } else {
    if (list_.size_ == 0 && kind == label_kind::multi_hot) list_.begins_.push_back(0);
    if (kind == label_kind::classes && one.classes.size() != 1) throw std::invalid_argument("has no label");
    for (const auto& name : one.classes) list_.ids_.push_back(id_of(name));
    if (kind == label_kind::multi_hot) list_.begins_.push_back(list_.ids_.size());
  }
  add_weight(one.weight);
  ++list_.size_;
}

/// What was one class each is a list of one.
void label_reader::become_several() {
  list_.kind_ = label_kind::multi_hot;
  list_.begins_.resize(list_.size_ + 1);
  std::iota(list_.begins_.begin(), list_.begins_.end(), 0);
}

/// Ids were given in the order of meeting; classes are numbered by their names.
void label_reader::number_classes() {
  std::vector<std::int32_t> class_of(met_.size());
  if (numbers_) {
    std::int64_t greatest = -1;
    for (std::size_t id = 0; id < met_.size(); ++id) {
      class_of[id] = std::int32_t(class_number(met_[id]));
      greatest = std::max<std::int64_t>(greatest, class_of[id]);
    }
    for (std::int64_t k = 0; k <= greatest; ++k) list_.names_.push_back(std::to_string(k));
  } else {
    std::vector<std::int32_t> by_name(met_.size());
    std::iota(by_name.begin(), by_name.end(), 0);
    std::sort(by_name.begin(), by_name.end(),
              [this](std::int32_t a, std::int32_t b) { return met_[std::size_t(a)] < met_[std::size_t(b)]; });
    for (std::size_t k = 0; k < by_name.size(); ++k) {
      class_of[std::size_t(by_name[k])] = std::int32_t(k);
      list_.names_.push_back(met_[std::size_t(by_name[k])]);
    }
  }
  for (auto& id : list_.ids_) id = class_of[std::size_t(id)];
}

label_list label_reader::finish() {
  if (list_.kind_ == label_kind::values) {
    list_.names_ = value_names_;
    for (auto k = list_.names_.size(); k < values_a_row_; ++k)
      list_.names_.push_back(values_a_row_ == 1 ? "value" : "value " + std::to_string(k + 1));
  } else if (given_) {
    list_.names_ = met_;
  } else {
    number_classes();
  }
  list_.ids_.shrink_to_fit();
  list_.begins_.shrink_to_fit();
  list_.values_.shrink_to_fit();
  return std::move(list_);
}

}  // namespace troupe
