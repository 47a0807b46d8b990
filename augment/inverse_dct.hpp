#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace troupe {

/// The steps of a quantisation table in rows and columns, and the coefficients that they allow.
struct dequantisation {
  alignas(16) std::array<std::int16_t, 64> step{};
  alignas(16) std::array<std::uint16_t, 64> most{};  ///< greatest magnitude whose product is at most 16383

  /// `steps`: 64 of 1 to 255 in zigzag order, as DQT has them.
  explicit dequantisation(const std::uint8_t* steps) noexcept;
  dequantisation() = default;
};

/// The inverse DCT of four blocks beside each other, `[8 rows, 4 blocks, 8 columns]`, to samples `[8, 32]`, rows
/// `stride` bytes apart; the coefficients become 0. The arithmetic is that of libjpeg's accurate integer method: 13-bit
/// factors, two passes rounded to 2 fraction bits and to none, so that samples are the same bit for bit.
///
/// `last`: zigzag position behind which all four blocks are 0. False where a value leaves the range in which every
/// implementation of libjpeg agrees (16 bits between the passes, samples within -383 ... 639 before they are clipped).
bool inverse_dct(std::int16_t* group, const dequantisation& q, int last, std::uint8_t* to, std::size_t stride);

/// The same to samples `[4, 16]`: the picture at half its size, as libjpeg's reduced 4x4 method makes it.
bool inverse_dct_half(std::int16_t* group, const dequantisation& q, int last, std::uint8_t* to, std::size_t stride);

/// Four blocks that have a DC coefficient alone, to samples `[size, 4 * size]`.
bool fill_with_dc(std::int16_t* group, const dequantisation& q, std::size_t size, std::uint8_t* to, std::size_t stride);

}  // namespace troupe
