#include <troupe/pipeline/alias_table.hpp>

#include <algorithm>
#include <cmath>

namespace troupe {

alias_table::alias_table(const std::vector<double>& weights) : columns_(weights.size()) {
  if (weights.empty()) return;
  const auto greatest = std::max_element(weights.begin(), weights.end());
  double sum = 0;
  for (const auto w : weights) sum += w / *greatest;  // scaled first: a sum of large weights stays finite
  std::vector<double> height(weights.size());
  std::vector<std::uint64_t> low, high;
  for (std::uint64_t i = 0; i < weights.size(); ++i) {
    height[i] = weights[i] / *greatest / sum * double(weights.size());
    (height[i] < 1 ? low : high).push_back(i);
  }
  while (!low.empty() && !high.empty()) {
    const auto l = low.back(), h = high.back();
    low.pop_back();
    columns_[l] = {std::uint64_t(std::ldexp(height[l], 64)), h};
    height[h] -= 1 - height[l];
    if (height[h] >= 1) continue;
    high.pop_back();
    low.push_back(h);
  }
  for (const auto i : high) columns_[i] = {UINT64_MAX, i};
  // Full but for rounding; and what has no weight gets none by rounding.
  const auto rest = std::uint64_t(greatest - weights.begin());
  for (const auto i : low) columns_[i] = {std::uint64_t(std::ldexp(height[i], 64)), rest};
}

std::uint64_t alias_table::operator()(std::uint64_t column, std::uint64_t height) const noexcept {
  __extension__ using wide = unsigned __int128;
  const auto i = std::uint64_t((wide(column) * columns_.size()) >> 64);
  return height < columns_[i].below ? i : columns_[i].other;
}

}  // namespace troupe
