#pragma once
#include <cstdint>
#include <vector>

namespace troupe {

/// Draws in proportion to weights, each in the same time: Walker's alias method (1977) as Vose built its table (1991).
/// 16 bytes a weight.
class alias_table {
 public:
  alias_table() = default;
  /// Finite weights >= 0, not all 0.
  explicit alias_table(const std::vector<double>& weights);

  /// The number of a weight, from two independent random words.
  std::uint64_t operator()(std::uint64_t column, std::uint64_t height) const noexcept;

 private:
  struct entry {
    std::uint64_t below = 0;  ///< heights below this are the column's own
    std::uint64_t other = 0;  ///< whose the rest is
  };
  std::vector<entry> columns_;
};

}  // namespace troupe
