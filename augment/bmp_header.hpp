#pragma once
#include <troupe/augment/fault.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace troupe {

/// Where the pixels of a BMP lie and what they mean: its two headers, read.
struct bmp_layout {
  failure bad;
  int height = 0, width = 0;
  bool top_down = false;
  int bits = 0;                              ///< a pixel: 1, 4, 8 (of a palette), 16, 24, 32
  std::size_t palette_at = 0, colours = 0;   ///< the palette, of at most 2^bits colours
  std::size_t colour_bytes = 4;              ///< blue, green, red and, but for OS/2, nothing
  std::array<std::uint32_t, 3> masks{};      ///< of red, green, blue in 16 and 32 bits; each in one piece
  std::size_t pixels_at = 0, row_bytes = 0;  ///< rows are whole words of 4 bytes
  std::size_t rows = 0;                      ///< that lie in the file
};

/// Reads the headers of a file that begins with "BM" and whose second header has a size that exists.
bmp_layout read_bmp(std::span<const std::uint8_t> bytes);

}  // namespace troupe
