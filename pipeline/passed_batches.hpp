#pragma once
#include <cstdint>
#include <set>

namespace troupe {

/// Which batches of an epoch are behind a consumer that may take them in any order.
class passed_batches {
 public:
  /// From here on: an epoch begins at this batch.
  void begin(std::uint64_t batch) {
    next_ = batch;
    ahead_.clear();
  }
  void add(std::uint64_t batch) {
    if (batch >= next_) ahead_.insert(batch);
    while (ahead_.erase(next_) > 0) ++next_;
  }
  /// The first that is missing: all before it have passed.
  std::uint64_t next() const noexcept { return next_; }

 private:
  std::uint64_t next_ = 0;
  std::set<std::uint64_t> ahead_;
};

}  // namespace troupe
