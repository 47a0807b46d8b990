#pragma once
#include <troupe/augment/arena.hpp>
#include <troupe/augment/baseline_reader.hpp>
#include <troupe/augment/bmp_reader.hpp>
#include <troupe/augment/gif_reader.hpp>
#include <troupe/augment/jpeg_reader.hpp>
#include <troupe/augment/png_reader.hpp>
#include <troupe/augment/recipe.hpp>
#include <troupe/augment/tiff_reader.hpp>
#include <troupe/augment/webp_reader.hpp>

#include <memory>

namespace troupe {

/// What a scratch holds: one arena for all that one image needs, and the decoders, which keep their own state.
struct scratch::parts {
  /// Bytes of the decoders themselves, apart from the arena: libjpeg's permanent tables and source, Huffman tables.
  static constexpr std::size_t resident_bytes = (std::size_t{32} << 10) + baseline_reader::resident_bytes;

  arena memory;
  jpeg_reader jpeg;
  baseline_reader baseline;
  png_reader png;
  webp_reader webp;
  gif_reader gif;
  bmp_reader bmp;
  tiff_reader tiff;
  std::size_t allowed_bytes = ~std::size_t{0}, wanted_bytes = 0;  ///< with the decoders' own
  bool damaged = false;                                           ///< the last picture, delivered all the same
  std::span<const scan_mark> marks;                               ///< of the last picture
};

}  // namespace troupe
