#pragma once
#include <troupe/pipeline/encoded.hpp>
#include <troupe/pipeline/run_state.hpp>

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// The bad samples of a run: one line each in quarantine.jsonl, and the budget that ends a run of too many. A record,
/// never an input: what a position delivers does not depend on it.
class quarantine {
 public:
  /// Notes a bad sample of a pass. True where this one exceeds the error budget.
  bool add(run_state& run, const pass& of, const sample& bad);
  /// "12 bad samples, more than 1 % and more than 10: a.jpg (truncated), b.jpg (empty) …"
  std::string summary() const;
  std::uint64_t size() const noexcept { return bad_.size(); }

 private:
  std::set<std::pair<bool, std::uint64_t>> bad_;  // of the evaluation data?, index
  std::uint64_t of_ = 0;
  std::vector<std::string> first_;
};

}  // namespace troupe
