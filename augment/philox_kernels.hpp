#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace troupe::kernels {

/// Philox blocks of counter, counter + 1 … (in its first word), one behind the other: what `philox` gives for each, at
/// every SIMD level. Writes 4n words.
void philox_blocks(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key, std::size_t n,
                   std::uint32_t* to);

}  // namespace troupe::kernels
