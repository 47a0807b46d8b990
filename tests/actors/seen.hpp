#pragma once
#include <troupe/pipeline/batch.hpp>

#include <cstdint>
#include <vector>

namespace troupe::test {

/// What a consumer saw of one batch.
struct seen {
  std::uint64_t epoch = 0, number = 0;
  purpose why = purpose::training;
  std::vector<std::int64_t> indices, labels;
  std::vector<float> shares;  ///< the labels where they are `[N, C]`
};
seen read(const batch& b);

}  // namespace troupe::test
