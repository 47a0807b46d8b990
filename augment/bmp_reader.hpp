#pragma once
#include <troupe/augment/arena.hpp>
#include <troupe/augment/bmp_header.hpp>
#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/row_source.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace troupe {

/// Reads an uncompressed BMP row by row: 1, 4 and 8 bits of a palette, 16, 24 and 32 bits, with bit fields. Fields of
/// fewer than 8 bits are stretched to 0 ... 255, of more keep their upper 8; alpha is dropped; an index without a
/// colour is black. One thread at a time.
class bmp_reader final : public picture_reader {
 public:
  /// Begins with the rows of `part` of a picture whose header was read. Rows that a file read leniently lacks are
  /// black.
  failure open(std::span<const std::uint8_t> bytes, const picture_header& header, const rect& part, bool strict,
               arena& memory);
  /// The next row of the part, `[width, 3]` uint8 RGB, `kernels::padding` readable behind it.
  pixel_row next() noexcept override;

  /// What `open` takes out of the arena, at most.
  static std::size_t bytes_needed(const picture_header& header) noexcept;

 private:
  void read_palette(std::span<const std::uint8_t> bytes);
  void measure_fields();
  void read(const std::uint8_t* from) noexcept;

  bmp_layout layout_;
  std::span<const std::uint8_t> pixels_;
  rect part_;
  int y_ = 0;
  std::array<std::array<std::uint8_t, 3>, 256> colours_{};  ///< by index: of the palette
  std::array<std::array<std::uint8_t, 256>, 3> values_{};   ///< by field and its upper bits: stretched
  std::array<int, 3> shift_{};                              ///< of each field, down to those bits
  std::uint8_t* row_ = nullptr;
};

}  // namespace troupe
