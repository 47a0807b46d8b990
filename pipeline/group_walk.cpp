#include <troupe/pipeline/group_walk.hpp>

#include <troupe/pipeline/permutation.hpp>

#include <utility>

namespace troupe {

group_walk::group_walk(std::vector<std::uint64_t> members, std::vector<std::uint64_t> ends, bool shuffled)
    : members_(std::move(members)), ends_(std::move(ends)), shuffled_(shuffled) {}

std::uint64_t group_walk::shown(std::uint64_t group, std::uint64_t rank, std::uint64_t seed) const noexcept {
  const auto first = begin(group), size = ends_[group] - first;
  const auto lap = rank / size, at = rank % size;
  if (!shuffled_) return member(first + at);
  // A key of its own for each group: two of one size would otherwise be in step.
  const auto words = philox({std::uint32_t(group), std::uint32_t(group >> 32), 0, 0x67726f75},  // "grou"
                            {std::uint32_t(seed), std::uint32_t(seed >> 32)});
  const permutation order(size, {.seed = words[0] | std::uint64_t(words[1]) << 32, .epoch = lap});
  return member(first + order(at));
}

std::uint64_t group_walk::any(std::uint64_t group, generator& draw) const noexcept {
  const auto first = begin(group);
  return member(first + draw.index_below(ends_[group] - first));
}

}  // namespace troupe
