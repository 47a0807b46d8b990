#pragma once
#include <troupe/augment/lookup.hpp>

#include <cstddef>
#include <cstdint>

/// Inner loops over values one by one; every SIMD level gives the same bits. `to` may be `from`.
namespace troupe::kernels {

/// Every value of n pixels becomes what the table of its channel says; channels: 1 or 3.
void look_up(const lookup& tables, int channels, const std::uint8_t* from, std::size_t n, std::uint8_t* to);

/// Widens low[c] … high[c] to hold the values of channel c of n pixels.
void widen(int channels, const std::uint8_t* from, std::size_t n, std::uint8_t* low, std::uint8_t* high);

/// RGB pixels in reverse order. `to` is other memory than `from`.
void mirror(const std::uint8_t* from, int n, std::uint8_t* to);

/// Lines of n bytes into other memory, each so many bytes behind the one before it.
void copy_lines(const std::uint8_t* from, std::size_t from_step, std::size_t n, int lines, std::uint8_t* to,
                std::size_t to_step);

/// Whether this machine has byte permutations, and as many of n values (of the first channel's table, or of red, green
/// and blue in turn) as are looked up by them: all but the last few.
bool can_permute();
std::size_t permute_values(const lookup& tables, bool alike, const std::uint8_t* from, std::size_t n, std::uint8_t* to);

}  // namespace troupe::kernels
