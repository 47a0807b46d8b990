#pragma once
#include <troupe/augment/image.hpp>
#include <troupe/augment/row_format.hpp>

#include <cstddef>
#include <vector>

namespace troupe::kernels {

/// `count` rows of `shape`, one after the other in memory, each with its 8-bit values at its beginning, become in place
/// what `store` makes of them with this format, scale and bias: float32 or bfloat16. `to.data` is not looked at.
void convert_rows(void* rows, std::size_t count, image_shape shape, const row_target& to);

/// The same, and then what `blend_rows` makes of them, in one pass and with the same bits.
void convert_and_blend_rows(void* rows, std::size_t count, image_shape shape, const row_target& to,
                            const std::vector<double>& weights, void* room);

}  // namespace troupe::kernels
