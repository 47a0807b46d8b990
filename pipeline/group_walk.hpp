#pragma once
#include <troupe/augment/generator.hpp>

#include <cstdint>
#include <vector>

namespace troupe {

/// Indices in groups, each walked through by a keyed permutation of its own, over and over: nothing of a group comes
/// again before all of the group came.
class group_walk {
 public:
  /// Group g holds members[ends[g - 1]] … members[ends[g] - 1]; without members, the indices of that range themselves.
  /// No group is empty. Not shuffled: each is walked in its order.
  group_walk(std::vector<std::uint64_t> members, std::vector<std::uint64_t> ends, bool shuffled);

  std::uint64_t groups() const noexcept { return ends_.size(); }
  /// The sample that a group shows at its rank-th turn, counted from 0.
  std::uint64_t shown(std::uint64_t group, std::uint64_t rank, std::uint64_t seed) const noexcept;
  /// Any sample of a group.
  std::uint64_t any(std::uint64_t group, generator& draw) const noexcept;

 private:
  std::uint64_t begin(std::uint64_t group) const noexcept { return group == 0 ? 0 : ends_[group - 1]; }
  std::uint64_t member(std::uint64_t i) const noexcept { return members_.empty() ? i : members_[i]; }

  std::vector<std::uint64_t> members_, ends_;
  bool shuffled_ = false;
};

}  // namespace troupe
