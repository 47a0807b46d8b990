#pragma once
#include <troupe/augment/arena.hpp>
#include <troupe/augment/fault.hpp>
#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/row_source.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace troupe {

/// Decodes a part of a still WebP, lossy or lossless, with libwebp; the pixels are those of a full decode. Alpha is
/// dropped without blending and colour profiles are ignored, as PIL's convert("RGB") does. libwebp sees the bitstream
/// of the picture and no other chunk: the alpha of a lossy picture is never decoded. One thread at a time.
class webp_reader final : public whole_part_reader {
 public:
  /// Decodes all rows of `part`, in stored pixels, of a picture whose header was read. Pixels come from the arena;
  /// libwebp mallocs its own, and the arena leaves as much unused. Strict: what libwebp stumbles over is a failure;
  /// lenient: pixels behind an error are black.
  failure open(std::span<const std::uint8_t> bytes, const picture_header& header, const rect& part, bool strict,
               arena& memory);

  /// What `open` takes out of the arena, at most.
  static std::size_t bytes_needed(const picture_header& header) noexcept;
};

}  // namespace troupe
