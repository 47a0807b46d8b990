#include <troupe/sources/zip.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <troupe/sources/derived.hpp>
#include <troupe/sources/grouped.hpp>

namespace troupe {
namespace {

/// The samples of a data set, each with one companion more.
class zipped_source final : public derived_source {
 public:
  zipped_source(dataset first, dataset second, std::string name, companion_kind kind)
      : derived_source({std::move(first)}), second_(std::move(second)), companions_(from().front()->companions()) {
    companions_.push_back({std::move(name), kind, second_->shape(), second_->in_memory(), second_->keyed()});
  }

  std::uint64_t size() const noexcept override { return from().front().size(); }
  std::vector<std::uint64_t> part_ends() const override { return from().front()->part_ends(); }
  bool in_memory() const noexcept override { return from().front()->in_memory() && second_->in_memory(); }
  const std::vector<companion>& companions() const noexcept override { return companions_; }
  sample_of companion_of(std::uint64_t index, std::size_t n) const override {
    if (n + 1 == companions_.size()) return {&*second_, index};
    return from().front()->companion_of(index, n);
  }
  std::string describe() const override {
    return from().front()->describe() + ", each with " + companions_.back().name + " of " + second_->describe();
  }

 private:
  origin origin_of(std::uint64_t index) const noexcept override { return {0, index}; }

  dataset second_;
  std::vector<companion> companions_;
};

dataset paired(const char* who, dataset first, dataset second, const std::string& name, companion_kind kind) {
  const auto refuse = [&](const std::string& what) { throw std::invalid_argument(std::string(who) + ": " + what); };
  if (!first || !second) refuse("a data set is empty-handed");
  if (first.size() != second.size())
    refuse("both must have as many samples, got " + grouped(first.size()) + " and " + grouped(second.size()));
  const auto& others = first->companions();
  if (kind == companion_kind::mask &&
      std::any_of(others.begin(), others.end(), [](const companion& c) { return c.kind == companion_kind::mask; }))
    refuse("the pictures have masks already");
  if (name.empty() || (kind == companion_kind::picture && is_reserved_field(name)) ||
      std::any_of(others.begin(), others.end(), [&](const companion& c) { return c.name == name; }))
    refuse("name must be a new one, not empty, got \"" + name + "\"");
  if (kind == companion_kind::mask && second->shape() && second->shape()->channels != 1)
    refuse("masks must have 1 channel, got " + std::to_string(second->shape()->channels));
  return {std::make_shared<zipped_source>(std::move(first), std::move(second), name, kind)};
}

}  // namespace

dataset zip(dataset first, dataset second, const std::string& name) {
  return paired("zip", std::move(first), std::move(second), name, companion_kind::picture);
}

dataset with_masks(dataset pictures, dataset masks) {
  return paired("with_masks", std::move(pictures), std::move(masks), "masks", companion_kind::mask);
}

}  // namespace troupe
