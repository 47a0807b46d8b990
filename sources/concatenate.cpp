#include <troupe/sources/concatenate.hpp>

#include <algorithm>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include <troupe/sources/derived.hpp>
#include <troupe/sources/grouped.hpp>
#include <troupe/sources/nearest.hpp>

namespace troupe {
namespace {

/// Class names and their numbers, in the order in which they come.
class class_list {
 public:
  explicit class_list(const std::vector<std::string>& names = {}) {
    for (const auto& name : names) add(name);
  }
  bool has(const std::string& name) const { return numbers_.count(name) > 0; }
  /// Its number; a new one where it is new.
  std::int64_t add(const std::string& name) {
    const auto [found, fresh] = numbers_.emplace(name, std::int64_t(names_.size()));
    if (fresh) names_.push_back(name);
    return found->second;
  }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::int64_t> numbers_;
};

std::string extent(const source& from) {
  const auto s = from.shape();
  const auto pixels = !s ? std::string()
                         : "pixels of " + std::to_string(s->height) + " x " + std::to_string(s->width) + " x " +
                               std::to_string(s->channels);
  if (from.keyed()) return "are keys of " + (s ? pixels : "picture files");
  return s ? "are " + pixels + (from.in_memory() ? " in memory" : " in files") : "are files";
}

[[noreturn]] void reject(std::size_t part, const std::string& what) {
  throw std::invalid_argument("concatenate: part " + std::to_string(part) + what);
}

class concatenation final : public derived_source {
 public:
  concatenation(std::vector<dataset> parts, std::vector<std::string> class_names, label_maps labels)
      : derived_source(std::move(parts), std::move(class_names), std::move(labels)) {
    for (const auto& part : from()) ends_.push_back((ends_.empty() ? 0 : ends_.back()) + part.size());
  }

  std::uint64_t size() const noexcept override { return ends_.back(); }
  std::vector<std::uint64_t> part_ends() const override { return ends_; }
  std::string describe() const override {
    std::string text;
    for (const auto& part : from()) text += (text.empty() ? "" : " + ") + part->describe();
    return text + " = " + counted(size(), "sample") + " in " + counted(class_names().size(), "class", "es");
  }

 private:
  origin origin_of(std::uint64_t index) const noexcept override {
    const auto part = std::size_t(std::upper_bound(ends_.begin(), ends_.end(), index) - ends_.begin());
    return {part, part == 0 ? index : index - ends_[part - 1]};
  }

  std::vector<std::uint64_t> ends_;
};

class renamed_classes final : public derived_source {
 public:
  renamed_classes(dataset data, std::vector<std::string> class_names, std::vector<std::int64_t> labels)
      : derived_source({std::move(data)}, std::move(class_names), {std::move(labels)}) {}

  std::uint64_t size() const noexcept override { return from().front().size(); }
  std::vector<std::uint64_t> part_ends() const override { return from().front()->part_ends(); }
  std::string describe() const override {
    return from().front()->describe() + ", renamed to " + counted(class_names().size(), "class", "es");
  }

 private:
  origin origin_of(std::uint64_t index) const noexcept override { return {0, index}; }
};

}  // namespace

dataset concatenate(std::vector<dataset> parts, const std::vector<std::string>& class_names) {
  if (parts.empty()) throw std::invalid_argument("concatenate: there is nothing to concatenate");
  class_list classes(class_names);
  std::vector<std::vector<std::int64_t>> labels;
  std::uint64_t samples = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i]) reject(i, " is empty-handed");
    if (__builtin_add_overflow(samples, parts[i].size(), &samples))
      reject(i, " must leave fewer than 2^64 samples, got " + std::to_string(parts[i].size()));
    if (parts[i]->shape() != parts[0]->shape()) {
      reject(i, ": its samples " + extent(*parts[i]) + ", those of part 0 " + extent(*parts[0]));
    }
    if (parts[i]->in_memory() != parts[0]->in_memory() || parts[i]->labels() != parts[0]->labels()) {
      reject(i, ": its samples must be in memory or in files, and have labels of one kind, as those of part 0");
    }
    if (parts[i]->keyed() != parts[0]->keyed())
      reject(i, ": its samples must be files or keys, as those of part 0; keyed(data) makes keys of files");
    if (parts[i]->companions() != parts[0]->companions())
      reject(
          i,
          ": its samples must have the masks and further pictures of those of part 0, by the same names, in files, in "
          "memory or as keys as there");
    if (parts[i]->box_class_names() != parts[0]->box_class_names())
      reject(i, ": its boxes must have the classes of those of part 0, in their order");
    if (parts[i]->labels() == label_kind::values && parts[i].class_names() != parts[0].class_names())
      reject(i, ": its values must have the names of those of part 0, in their order");
    if (parts[i]->labels() == label_kind::values && !class_names.empty() && class_names != parts[i].class_names())
      reject(i, ": its values have other names than those given");
    auto& map = labels.emplace_back();
    for (const auto& name : parts[i].class_names()) {
      if (!class_names.empty() && !classes.has(name)) {
        reject(i, ": its class " + name + " is not among the class names given" + did_you_mean(name, class_names));
      }
      map.push_back(classes.add(name));
    }
  }
  return {std::make_shared<concatenation>(std::move(parts), classes.names(), std::move(labels))};
}

dataset rename_classes(dataset data, const std::map<std::string, std::string>& renamed) {
  if (!data) throw std::invalid_argument("rename_classes: the data set is empty-handed");
  const class_list before(data.class_names());
  for (const auto& [from, to] : renamed) {
    if (!before.has(from)) {
      throw std::invalid_argument("rename_classes: there is no class " + from + did_you_mean(from, before.names()));
    }
  }
  class_list after;
  std::vector<std::int64_t> labels;
  for (const auto& name : data.class_names()) {
    const auto found = renamed.find(name);
    labels.push_back(after.add(found == renamed.end() ? name : found->second));
  }
  return {std::make_shared<renamed_classes>(std::move(data), after.names(), std::move(labels))};
}

}  // namespace troupe
