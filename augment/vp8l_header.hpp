#pragma once
#include <troupe/augment/fault.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace troupe {

/// What the head of a lossless WebP bitstream says of the memory that decoding it takes.
struct vp8l_needs {
  failure bad;
  int colour_cache_bits = 0;    ///< 0: no cache
  std::size_t code_groups = 1;  ///< sets of five prefix codes
  std::size_t tile_pixels = 0;  ///< of all the small images that describe transforms and groups
  int highest_group = 0;        ///< as it is numbered in the file
};

/// Reads a VP8L bitstream (RFC 9649, section 3) up to the first code of its pixels: transforms, and the image that says
/// which group of codes is used where. `tile_pixels` of one small image may be 2^18, 1 MiB: at tiles of 16x16, which no
/// encoder undercuts in large pictures, the most that `max_pixels` allows by default.
vp8l_needs read_vp8l(std::span<const std::uint8_t> bitstream, int width, int height);

}  // namespace troupe
