#pragma once
#include <troupe/sources/source.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// A source whose samples are those of other sources, under numbers of its own. What it says of a sample is what the
/// sample's own source says of it; a combinator adds where a sample comes from, how many there are, and one line for a
/// person:
///
///     class reversed final : public troupe::derived_source {
///      public:
///       explicit reversed(troupe::dataset data) : derived_source({std::move(data)}) {}
///       std::uint64_t size() const noexcept override { return from().front().size(); }
///       std::string describe() const override { return from().front()->describe() + ", backwards"; }
///
///      private:
///       origin origin_of(std::uint64_t index) const noexcept override { return {0, size() - 1 - index}; }
///     };
class derived_source : public source {
 public:
  const std::vector<std::string>& class_names() const noexcept override {
    return labels_.empty() ? from_.front().class_names() : class_names_;
  }
  std::int64_t label(std::uint64_t index) const noexcept override {
    const auto o = origin_of(index);
    const auto own = from_[o.part]->label(o.index);
    if (labels_.empty() || own < 0 || std::uint64_t(own) >= labels_[o.part].size()) return own;
    return labels_[o.part][std::size_t(own)];
  }
  label_kind labels() const noexcept override { return from_.front()->labels(); }
  void write_label(std::uint64_t index, float* row) const override;
  std::string path(std::uint64_t index) const override { return ask(&source::path, index); }
  std::string member(std::uint64_t index) const override { return ask(&source::member, index); }
  file_range location(std::uint64_t index) const override { return ask(&source::location, index); }
  std::span<const std::uint8_t> pixels(std::uint64_t index) const noexcept override {
    return ask(&source::pixels, index);
  }
  const std::vector<companion>& companions() const noexcept override { return from_.front()->companions(); }
  sample_of companion_of(std::uint64_t index, std::size_t n) const override {
    const auto o = origin_of(index);
    return from_[o.part]->companion_of(o.index, n);
  }
  annotations annotated(std::uint64_t index) const noexcept override { return ask(&source::annotated, index); }
  troupe::most_annotated most_annotated() const noexcept override;
  const std::vector<std::string>& box_class_names() const noexcept override { return from_.front()->box_class_names(); }
  double weight(std::uint64_t index) const noexcept override { return ask(&source::weight, index); }
  std::optional<image_shape> shape() const noexcept override { return from_.front()->shape(); }
  bool in_memory() const noexcept override { return from_.front()->in_memory(); }
  bool keyed() const noexcept override { return from_.front()->keyed(); }

 protected:
  /// For each part, the label here of each of its labels.
  using label_maps = std::vector<std::vector<std::int64_t>>;

  /// With the classes of the first source, which all of them must have. At least one source.
  explicit derived_source(std::vector<dataset> from) : from_(std::move(from)) {}
  /// With classes of its own.
  derived_source(std::vector<dataset> from, std::vector<std::string> class_names, label_maps labels)
      : from_(std::move(from)), class_names_(std::move(class_names)), labels_(std::move(labels)) {}

  /// Where a sample comes from: which of the sources, and its number there.
  struct origin {
    std::size_t part = 0;
    std::uint64_t index = 0;
  };
  virtual origin origin_of(std::uint64_t index) const noexcept = 0;
  /// What a sample's own source says of it.
  template <class Answer>
  Answer ask(Answer (source::*what)(std::uint64_t) const, std::uint64_t index) const {
    const auto o = origin_of(index);
    return (*from_[o.part].*what)(o.index);
  }
  const std::vector<dataset>& from() const noexcept { return from_; }

 private:
  std::vector<dataset> from_;
  std::vector<std::string> class_names_;
  label_maps labels_;
};

}  // namespace troupe
