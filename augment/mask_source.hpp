#pragma once
#include <troupe/augment/arena.hpp>
#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/png_reader.hpp>

#include <cstddef>

namespace troupe {

/// A mask that is still to be read: raw pixels, or a PNG whose stored numbers are class ids.
class mask_source {
 public:
  mask_source() = default;
  /// Reads the header of the file.
  mask_source(const picture& mask, const decode_options& decode) noexcept;

  /// Why it cannot be the mask of a picture of this size.
  failure check(image_shape stored) const;
  /// Of the mask as it is stored.
  image_shape shape() const noexcept { return {header_.height, header_.width, 1}; }
  /// What `read` takes out of the arena, at most, the mask itself included.
  std::size_t bytes_needed() const noexcept;
  /// The ids, `[H, W, 1]`, never to be written: raw ones stay where they are.
  failure read(image& to, png_reader& reader, arena& memory) const;

 private:
  picture mask_;
  picture_header header_;  ///< of the file
};

}  // namespace troupe
