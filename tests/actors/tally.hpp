#pragma once
#include <troupe/models/learner.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "seen.hpp"

namespace troupe::test {

/// A training of counting alone: no LibTorch.
struct tally_book {
  std::vector<seen> trained, evaluated;
  std::set<std::thread::id> threads;
  std::uint64_t not_finite_at = ~std::uint64_t{0}, throws_at = ~std::uint64_t{0};
  /// Batches whose loss is NaN, which the learner does not say.
  std::uint64_t nan_at = ~std::uint64_t{0}, evaluation_nan_at = ~std::uint64_t{0};
  std::vector<std::map<std::string, std::string>> checkpoints;
  bool disk_is_full = false;
};
model counting(std::shared_ptr<tally_book> book);

}  // namespace troupe::test
