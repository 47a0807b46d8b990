#pragma once
#include "encoded.hpp"

#include <string>

/// How a WebP is written.
struct webp_style {
  bool lossless = false;
  float quality = 80;         ///< lossless: effort
  int effort = 4;             ///< 0 ... 6
  bool alpha = false;         ///< a slope of transparency, colours beneath it kept
  bool sharp_filter = false;  ///< the simple loop filter
  int partitions = 0;         ///< 2^n of coefficients
  int colours = 0;            ///< at most so many, for a palette
};
/// By libwebp's encoder, RGB; no VP8X chunk unless a lossy picture has alpha.
bytes webp(const pixels& p, const webp_style& style = {});

/// A chunk, padded, to put between others.
bytes webp_chunk(const std::string& name, const bytes& content);
/// A WebP file of such chunks.
bytes webp_file(const bytes& chunks);
/// The chunks of a file behind a VP8X chunk of these flags, in place of one that is there, and more behind them.
bytes webp_extended(const bytes& file, std::uint8_t flags, const bytes& more = {});
/// An EXIF chunk that says so.
bytes webp_exif(int orientation, bool big_endian = false);

/// All pixels by WebPDecodeRGB; no pixels where it fails.
pixels webp_decode(const bytes& file);
