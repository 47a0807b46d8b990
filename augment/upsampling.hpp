#pragma once
#include <cstdint>

/// The last steps of a JPEG's samples, with libjpeg's rounding: chroma to full size by a triangle filter (weights 3/4
/// and 1/4 along an axis), YCbCr to RGB. Samples are read and written up to `kernels::padding` beyond n.
namespace troupe::kernels {

/// `[n]` chroma samples to `[2n]`: 4:2:2. The samples in front of and behind `row` are read; at an edge of the picture
/// they repeat its first and last.
void widen(const std::uint8_t* row, int n, std::uint8_t* to);

/// The same for 4:2:0, between the nearer row (3/4) and the farther one.
void widen(const std::uint8_t* nearer, const std::uint8_t* farther, int n, std::uint8_t* to);

/// `[n]` between two rows: 4:4:0. `upper`: the result lies above the nearer row, which decides how halves are rounded.
void blend(const std::uint8_t* nearer, const std::uint8_t* farther, bool upper, int n, std::uint8_t* to);

/// ITU-T T.871, 7: full-range YCbCr to RGB, factors of 16 fraction bits, each product rounded.
void to_rgb(const std::uint8_t* y, const std::uint8_t* cb, const std::uint8_t* cr, int n, std::uint8_t* red,
            std::uint8_t* green, std::uint8_t* blue);

}  // namespace troupe::kernels
