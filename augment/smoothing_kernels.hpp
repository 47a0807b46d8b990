#pragma once
#include <cstddef>
#include <cstdint>

/// Inner loops over neighbours; every SIMD level gives the same bits.
namespace troupe::kernels {

/// Floats that must be readable behind the n of each row.
inline constexpr std::size_t floats_behind = 16;

/// weights[0] * rows[0][i] + weights[1] * rows[1][i] + …, added from the left; as float, or rounded to a byte (sums are
/// never negative). Writes exactly n values.
void add_up(const float* const* rows, const float* weights, int taps, std::size_t n, float* to);
void add_up(const float* const* rows, const float* weights, int taps, std::size_t n, std::uint8_t* to);

/// n values as floats.
void widen(const std::uint8_t* from, std::size_t n, float* to);

/// Each of n values blended (`blended`) with the mean of it, four times more, and its eight neighbours, `step` values
/// apart in a row.
void sharpen(const std::uint8_t* above, const std::uint8_t* at, const std::uint8_t* below, std::size_t n, int step,
             float factor, std::uint8_t* to);

}  // namespace troupe::kernels
