#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

/// Inner loops between the channels of n RGB pixels; every SIMD level gives the same bits. `to` may be `from`.
namespace troupe::kernels {

/// PIL's grey of each, in all three channels.
void make_grey(const std::uint8_t* from, std::size_t n, std::uint8_t* to);
/// The sum of their greys.
std::uint64_t sum_of_greys(const std::uint8_t* from, std::size_t n);
/// Each blended with its grey, by Pillow's rule (`blended`).
void blend_with_grey(const std::uint8_t* from, std::size_t n, float factor, std::uint8_t* to);
/// torchvision's _rgb2hsv and _hsv2rgb, between them the shift, in circles.
void turn_hue(const std::uint8_t* from, std::size_t n, float shift, std::uint8_t* to);
/// Channel c becomes what channel order[c] was.
void permute(const std::uint8_t* from, std::size_t n, const std::array<int, 3>& order, std::uint8_t* to);

/// Whether this machine has byte permutations and sums of products, and as many of n pixels as are made grey or blended
/// by them: all but the last few.
bool can_permute_colours();
std::size_t permute_to_grey(const std::uint8_t* from, std::size_t n, std::uint8_t* to);
std::size_t permute_to_blend(const std::uint8_t* from, std::size_t n, float factor, std::uint8_t* to);

}  // namespace troupe::kernels
