#include <troupe/sources/shard_classes.hpp>

#include <stdexcept>

#include <troupe/sources/grouped.hpp>
#include <troupe/sources/label_reader.hpp>
#include <troupe/sources/nearest.hpp>
#include <troupe/sources/text_lines.hpp>

namespace troupe {

shard_classes::shard_classes(const std::filesystem::path& folder) : file_((folder / "classes.txt").string()) {
  std::error_code ignored;
  if (!std::filesystem::exists(file_, ignored)) return;
  names_ = text_lines(file_);
  for (std::size_t k = 0; k < names_.size(); ++k) {
    if (!places_.emplace(names_[k], k).second)
      throw std::runtime_error(file_ + ": the class " + names_[k] + " stands there twice; give each another name");
    called_by_numbers_ = called_by_numbers_ || class_number(names_[k]) >= 0;
  }
}

void shard_classes::note(std::string_view cls) { places_in_cls_ = places_in_cls_ && class_number(cls) >= 0; }

std::string shard_classes::name_of(const std::string& text, bool from_cls) const {
  if (names_.empty()) return text;
  const bool place = from_cls && places_in_cls_;
  if (!place && places_.count(text) > 0) return text;
  const auto number = class_number(text);
  if (number >= 0 && (place || !called_by_numbers_)) {
    if (std::size_t(number) < names_.size()) return names_[std::size_t(number)];
    throw std::invalid_argument("the label is " + text + ", but " + file_ + " names " +
                                counted(names_.size(), "class", "es") + ", from 0 on; add it there");
  }
  const auto hint = did_you_mean(text, names_);
  throw std::invalid_argument("the class " + text + " is not in " + file_ + (hint.empty() ? "; add it there" : hint));
}

}  // namespace troupe
