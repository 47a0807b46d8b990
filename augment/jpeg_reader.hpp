#pragma once
#include <troupe/augment/arena.hpp>
#include <troupe/augment/fault.hpp>
#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/row_source.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace troupe {

/// Decodes a part of a JPEG with libjpeg-turbo: rows above are skipped, rows below never read, columns outside not
/// transformed; the pixels are those of a full decode. Grey, CMYK and YCCK become RGB (CMYK in Adobe's inverted sense,
/// as PIL takes it). One thread at a time; kept from picture to picture.
class jpeg_reader final : public row_source {
 public:
  jpeg_reader();
  ~jpeg_reader() override;

  /// Begins with the rows of `part`, in pixels of the picture at 1/shrink (1, 2, 4, 8) of its size. All memory comes
  /// from the arena.
  failure open(std::span<const std::uint8_t> bytes, const rect& part, int shrink, arena& memory);
  /// The next row of the part, `[width, 3]` uint8 RGB, `kernels::padding` readable behind it.
  pixel_row next() noexcept override;
  /// Ends the picture; in strict mode, what libjpeg complained about is a failure.
  failure close(bool strict);
  /// Whether libjpeg found something wrong with the last picture.
  bool complained() const noexcept;

  /// What `open` and `next` take out of the arena, at most.
  static std::size_t bytes_needed(const picture_header& header) noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace troupe
