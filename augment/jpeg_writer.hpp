#pragma once
#include <troupe/augment/image.hpp>

#include <cstddef>
#include <cstdint>

namespace troupe {

/// Writes an image to `file`, which has room for `jpeg_bytes`: baseline, 4:2:0 or grey, standard Huffman tables.
/// Returns the bytes written; throws std::runtime_error with libjpeg's message.
std::size_t write_jpeg(const image& pixels, int quality, std::uint8_t* file);

/// What a file of this shape takes, at most.
std::size_t jpeg_bytes(image_shape shape) noexcept;

}  // namespace troupe
