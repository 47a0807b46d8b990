#pragma once
#include <cstddef>

namespace troupe::kernels {

/// A part of a row: lines of `bytes`, each `step` bytes behind the one before it, from `at` on.
struct row_part {
  std::size_t at = 0, lines = 0, bytes = 0, step = 0;
};

/// Of `count` rows of `row_bytes`, one after the other in memory, each takes the part of the one before it as it was,
/// the first that of the last. `room`: for one row.
void shift_rows(std::byte* rows, std::size_t count, std::size_t row_bytes, const row_part& part, std::byte* room);

}  // namespace troupe::kernels
