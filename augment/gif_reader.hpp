#pragma once
#include <troupe/augment/arena.hpp>
#include <troupe/augment/fault.hpp>
#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/row_source.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace troupe {

/// Decodes the first frame of a GIF with giflib. What the frame leaves of the logical screen has the background colour
/// of the global table, or is black without one. Transparency is dropped: such pixels have the colour of their index,
/// as PIL's convert("RGB") does. An index without a colour is black; without any table, indices are grey values. The
/// frame is decoded whole, so that damage does not depend on the wanted part. One thread at a time.
class gif_reader final : public whole_part_reader {
 public:
  /// Decodes all rows of `part` of a picture whose header was read. Pixels come from the arena; giflib mallocs its own,
  /// and the arena leaves as much unused. Strict: what giflib stumbles over is a failure; lenient: rows of the frame
  /// behind an error have the background colour.
  failure open(std::span<const std::uint8_t> bytes, const picture_header& header, const rect& part, bool strict,
               arena& memory);

  /// What `open` takes out of the arena, at most.
  static std::size_t bytes_needed(const picture_header& header) noexcept;
};

}  // namespace troupe
