#pragma once
#include <troupe/augment/image.hpp>
#include <troupe/augment/warp.hpp>

#include <cstdint>

/// Inner loops of warps; every SIMD level gives the same bits.
namespace troupe::kernels {

/// n points of an image, with 32 binary places: the pixels between whose centres each lies, its place between them as
/// weights of 16 bits. `x` and `y` count from the centre of the first pixel; where a neighbour lies beyond the edge,
/// the pixel at the edge goes on. `rounding`, in 65536ths, is added before fractions go. Writes exactly n pixels.
void look_between(const image& from, const std::int64_t* x, const std::int64_t* y, int n, int rounding,
                  std::uint8_t* to);

/// Where the map finds the centres of n pixels from (column, row) on, in pixels; up to 7 numbers behind them are
/// overwritten.
void project(const projective_map& map, int column, int row, int n, double* x, double* y);

/// The middles of pixels number `first`, first + step … of a line, step 0 or 1, moved by so many pixels each, with 32
/// binary places; cut to -2^29 … 2^29.
void displace(const float* by, int first, int step, int n, std::int64_t* to);

}  // namespace troupe::kernels
