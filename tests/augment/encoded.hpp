#pragma once
#include <troupe/augment/image.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// An image that owns its pixels, `[height, width, channels]` uint8.
struct pixels {
  troupe::image_shape shape;
  std::vector<std::uint8_t> data;

  explicit pixels(troupe::image_shape s) : shape(s), data(s.bytes()) {}
  std::uint8_t& at(int y, int x, int c) {
    return data[(std::size_t(y) * std::size_t(shape.width) + std::size_t(x)) * std::size_t(shape.channels) +
                std::size_t(c)];
  }
  std::uint8_t at(int y, int x, int c) const { return const_cast<pixels*>(this)->at(y, x, c); }
};

using bytes = std::vector<std::uint8_t>;

/// Slopes, edges and noise, as a photograph has them; the hard synthetic ones.
pixels photograph(int height, int width, int channels, unsigned seed);
pixels zone_plate(int height, int width, int channels);
pixels checkerboard(int height, int width, int channels);
pixels white_pixel(int height, int width, int channels);

/// How a JPEG is written.
struct jpeg_style {
  int quality = 93;
  int across = 2, down = 2;  ///< sampling factors of the first component; 1x1 for the others
  bool progressive = false;
  bool optimised = false;
  int restart_rows = 0;
  int restart_mcus = 0;     ///< where it is no whole row
  int orientation = 0;      ///< 1 … 8: with an EXIF segment that says so
  bool big_endian = false;  ///< of that segment
  bool cmyk = false;        ///< 4 components, Adobe's inverted sense: RGB ink with black 255
};
bytes jpeg(const pixels& p, const jpeg_style& style = {});

/// How a PNG is written: libpng's colour type and bit depth; a palette of 64 colours for type 3.
struct png_style {
  int colour_type = 2;
  int bit_depth = 8;
  bool interlaced = false;
};
bytes png(const pixels& p, const png_style& style = {});

/// A PNG chunk with its checksum, to put between others.
bytes png_chunk(const std::string& type, const bytes& content);

/// All pixels by libjpeg alone, without any cleverness: RGB, `shrink` times smaller.
pixels full_decode(const bytes& file, int shrink = 1);
