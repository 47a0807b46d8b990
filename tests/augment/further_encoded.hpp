#pragma once
#include <troupe/augment/recipe.hpp>

#include "encoded.hpp"

#include <array>

/// Everything that is read beside JPEG, PNG and WebP.
troupe::decode_options all_formats(bool strict = true);

/// How a GIF is written; pixels `[H, W, 1]` are indices.
struct gif_style {
  int colours = 256;
  bool interlaced = false;
  bool local = false;                                          ///< the frame has a table of its own
  int top = 0, left = 0, screen_height = 0, screen_width = 0;  ///< 0: as large as the frame
  int background = 0;
  int transparent = -1;
  int frames = 1;
};
bytes gif(const pixels& indices, const gif_style& style = {});
/// Of index i in the global or in the local table.
std::array<std::uint8_t, 3> gif_colour(int i, bool local = false);

/// How a BMP is written. With 16 and 32 bits a header above 40 or masks mean bit fields.
struct bmp_style {
  int bits = 24;    ///< 1, 4, 8: pixels `[H, W, 1]` are indices; otherwise `[H, W, 3]` RGB
  int header = 40;  ///< 12, 40, 56, 108, 124 bytes
  bool top_down = false;
  int colours = 0;                       ///< in the palette; 0: all
  std::array<std::uint32_t, 3> masks{};  ///< 0: none
};
bytes bmp(const pixels& p, const bmp_style& style = {});
std::array<std::uint8_t, 3> bmp_colour(int i);

/// How a TIFF is written; pixels `[H, W, C]` are its samples, 8 bits of them.
struct tiff_style {
  int photometric = 2, bits = 8, compression = 1;  ///< by the numbers of the tags
  bool planar = false, big_endian = false;
  int tile = 0;  ///< side; 0: strips
  int rows_per_strip = 7;
  int orientation = 0;
  int extra = -1;  ///< what the samples behind the colours are: 0 unspecified, 1 premultiplied alpha, 2 alpha
  int predictor = 1;
  int pages = 1;
  std::array<int, 2> subsampling{1, 1};  ///< of YCbCr: outside JPEG the chroma of each block's first pixel
};
/// 16 bits are v * 256 + 0x5A, fewer than 8 the upper ones of v.
bytes tiff(const pixels& p, const tiff_style& style = {});
std::array<std::uint8_t, 3> tiff_colour(int i);

/// A TIFF of grey bytes by hand: the directory first, then the pixels in one strip.
bytes tiff_by_hand(const pixels& grey, bool big_endian);
