#pragma once
#include <cstdint>
#include <vector>

namespace troupe {

/// Whose turn it is, in given proportions and without chance: a tree (Huffman's, so that the heavy ones are near its
/// root) whose every node sends the t-th of those that reach it to the left where floor(t p + 1/2) grows, as a line is
/// drawn on a grid (Christoffel 1875; Bresenham 1965). So a stretch of n positions holds n p of the left ones to within
/// one at each node: for any number of weights within four, as no inner node of that tree has more than two thirds of
/// the one above. The turn at any position is known at once, with how often its owner had one before.
///
///     troupe::interleaving turns({3, 1});
///     turns.at(0).who, turns.at(0).rank
class interleaving {
 public:
  /// Weights > 0 and finite, at least one.
  explicit interleaving(const std::vector<double>& weights);

  struct turn {
    std::uint64_t who = 0;   ///< number of the weight
    std::uint64_t rank = 0;  ///< turns that it had before this one
  };
  turn at(std::uint64_t position) const noexcept;

 private:
  struct node {
    std::uint64_t share = 0;            ///< of the left child, in units of 2^-64
    std::uint32_t left = 0, right = 0;  ///< nodes, or below `leaves_` leaves
  };
  std::vector<node> nodes_;  ///< the root last
  std::uint32_t leaves_ = 0;
};

}  // namespace troupe
