#pragma once
#include <troupe/augment/view.hpp>

#include <cstddef>
#include <vector>

namespace troupe::kernels {

/// How much of every row is its own, and how much comes from the one before it; from one weight for all, or one a row.
struct row_weights {
  row_weights(const std::vector<double>& weights, std::size_t count);

  std::vector<float> own, others;
};

/// Of `count` rows of `n` elements, one after the other in memory, each becomes weight * itself + (1 - weight) * the
/// one before it as it was, the first with the last. `weights`: one for all, or one a row. `room`: for one row, aligned
/// as it. The two products are rounded on their own, as torchvision does; uint8 is rounded to nearest, bfloat16 to
/// nearest, ties to even.
void blend_rows(void* rows, std::size_t count, std::size_t n, element type, const std::vector<double>& weights,
                void* room);

}  // namespace troupe::kernels
