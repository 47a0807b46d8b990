#pragma once
#include <cstdint>

namespace troupe {

/// Consecutive places of one batch, on loan to the line above until they come back filled, bad or unused. A stage hands
/// a lease on unchanged.
struct lease {
  std::uint64_t pass = 0;        ///< number of the pass in the run
  std::uint64_t batch = 0;       ///< number of the batch in its pass
  std::uint32_t buffer = 0;      ///< which buffer of the ring
  std::uint32_t row = 0;         ///< the first row
  std::uint32_t rows = 0;        ///< how many
  std::uint32_t attempt = 0;     ///< 0, or which replacement of a bad sample
  std::uint32_t generation = 0;  ///< of this issue of the rows; an older one is dropped when it comes back

  bool operator==(const lease&) const = default;
};

}  // namespace troupe
