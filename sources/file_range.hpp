#pragma once
#include <troupe/augment/image.hpp>
#include <troupe/sources/file_layer.hpp>
#include <troupe/sources/packing.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace troupe {

/// Where the bytes of a sample lie: a whole file, or a part of a larger one.
struct file_range {
  std::string path;                        ///< of the file, from the current directory
  std::uint64_t offset = 0;                ///< of the sample's first byte
  std::optional<std::uint64_t> size = {};  ///< in bytes; none: to the end of the file
  packing packed = packing::none;          ///< how these bytes are packed
  std::uint64_t unpacked_bytes = 0;        ///< what they hold, where they are packed
  std::optional<image_shape> raw = {};     ///< set: pixels `[H, W, C]` uint8 of this shape, to be taken as they are
};

/// The memory that reading a sample takes: `bytes` of its own, and behind them `packed_bytes` while it is unpacked.
struct read_extent {
  std::size_t bytes = 0, packed_bytes = 0;
  failure bad;  ///< empty, or truncated where the file ends before the sample does

  std::size_t all() const noexcept { return bytes + packed_bytes; }
};

/// What a sample takes that lies in an open file.
read_extent extent_of(const file_range& where, const file_layer::file& file);

/// Reads a sample into the first `extent.bytes` of `memory`, which has `extent.all()`.
failure read_range(file_layer::file& file, const file_range& where, const read_extent& extent,
                   std::span<std::uint8_t> memory);

}  // namespace troupe
