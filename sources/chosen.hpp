#pragma once
#include <troupe/sources/derived.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// Samples of a source by a list of their indices.
class chosen_source final : public derived_source {
 public:
  /// `said` is what `describe()` adds to the words of the source.
  chosen_source(dataset data, std::vector<std::uint64_t> indices, std::string said)
      : derived_source({std::move(data)}), indices_(std::move(indices)), said_(std::move(said)) {
    indices_.shrink_to_fit();
  }

  std::uint64_t size() const noexcept override { return indices_.size(); }
  std::string describe() const override { return from().front()->describe() + ", " + said_; }

 private:
  origin origin_of(std::uint64_t index) const noexcept override { return {0, indices_[index]}; }

  std::vector<std::uint64_t> indices_;
  std::string said_;
};

}  // namespace troupe
