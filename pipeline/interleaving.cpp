#include <troupe/pipeline/interleaving.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <utility>

namespace troupe {

namespace {

__extension__ using wide = unsigned __int128;

/// How many of the first t go to the left.
std::uint64_t lefts(std::uint64_t t, std::uint64_t share) noexcept {
  return std::uint64_t((wide(t) * share + (std::uint64_t{1} << 63)) >> 64);
}

}  // namespace

interleaving::interleaving(const std::vector<double>& weights) : leaves_(std::uint32_t(weights.size())) {
  using weighted = std::pair<double, std::uint32_t>;
  std::priority_queue<weighted, std::vector<weighted>, std::greater<>> open;
  const auto most = *std::max_element(weights.begin(), weights.end());  // sums of large weights stay finite
  for (std::uint32_t i = 0; i < leaves_; ++i) open.push({weights[i] / most, i});
  while (open.size() > 1) {
    const auto light = open.top();
    open.pop();
    const auto heavy = open.top();
    open.pop();
    const auto share = std::ldexp(heavy.first / (light.first + heavy.first), 64);
    nodes_.push_back({share < 0x1p64 ? std::uint64_t(share) : UINT64_MAX, heavy.second, light.second});
    open.push({light.first + heavy.first, leaves_ + std::uint32_t(nodes_.size()) - 1});
  }
}

interleaving::turn interleaving::at(std::uint64_t position) const noexcept {
  auto at = std::uint32_t(leaves_ + nodes_.size() - 1);
  auto rank = position;
  while (at >= leaves_) {
    const auto& n = nodes_[at - leaves_];
    const auto before = lefts(rank, n.share);
    const bool left = lefts(rank + 1, n.share) > before;
    at = left ? n.left : n.right;
    rank = left ? before : rank - before;
  }
  return {at, rank};
}

}  // namespace troupe
