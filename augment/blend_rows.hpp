#pragma once
#include <troupe/augment/view.hpp>

#include <cstddef>

namespace troupe::kernels {

/// `into` becomes weight * into + (1 - weight) * other, `n` elements each; the two products are rounded on their own,
/// as torchvision does. uint8 is rounded to nearest, bfloat16 to nearest, ties to even.
void blend_rows(void* into, const void* other, std::size_t n, element type, double weight);

}  // namespace troupe::kernels
