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

/// Decodes a part of the first page of a TIFF: strips or tiles by libtiff, a row of them at a time, and their samples
/// by our own code. Grey and palette become RGB; 16 bits keep their upper 8; alpha is dropped without blending, and
/// divided out of colours that were multiplied by it; CMYK is ink on white; YCbCr is that of JPEG; colour profiles are
/// ignored. libtiff sees the tags that pixels need and no others. One thread at a time.
class tiff_reader final : public picture_reader {
 public:
  tiff_reader();
  ~tiff_reader() override;

  /// Begins with the rows of `part` of a picture whose header was read. Decoded strips and tiles are in the arena;
  /// libtiff mallocs its own, and the arena leaves as much unused. Strict: what libtiff complains about is a failure;
  /// lenient: samples that could not be decoded are 0.
  failure open(std::span<const std::uint8_t> bytes, const picture_header& header, const rect& part, bool strict,
               arena& memory);
  /// The next row of the part, `[width, 3]` uint8 RGB, `kernels::padding` readable behind it.
  pixel_row next() noexcept override;
  failure close() override;
  bool complained() const noexcept override;

  /// What `open` takes out of the arena, at most.
  static std::size_t bytes_needed(const picture_header& header) noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace troupe
