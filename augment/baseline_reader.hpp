#pragma once
#include <troupe/augment/arena.hpp>
#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/row_source.hpp>
#include <troupe/augment/scan_mark.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace troupe {

/// Decodes a part of a JPEG of the common kind (`baseline_frame`) to the pixels that `jpeg_reader` delivers, bit for
/// bit, in about a third of the time. It does not judge: where anything is odd it stops, and the picture belongs to
/// `jpeg_reader` from its first row.
///
///     if (fast.open(file, part, 1, memory)) {
///       while (…) row = fast.next();
///       if (fast.complete()) return;  // else the same again with jpeg_reader
///     }
///
/// One thread at a time; kept from picture to picture, with the Huffman tables of the last ones.
class baseline_reader final : public row_source {
 public:
  baseline_reader();
  ~baseline_reader() override;

  /// Begins with the rows of `part`, in pixels of the picture at 1/shrink (1 or 2) of its size. False where the picture
  /// is of another kind; at half size also where chroma would have to be interpolated. All memory comes from the arena.
  /// `known`: what `marks()` said of the same file before; then what lies above the part is not decoded once more.
  bool open(std::span<const std::uint8_t> bytes, const rect& part, int shrink, arena& memory,
            std::span<const scan_mark> known = {});
  /// The next row of the part in planes of RGB, `kernels::padding` readable behind each.
  pixel_row next() noexcept override;
  /// Whether all rows were delivered and everything that libjpeg decodes for them was found sound.
  bool complete() noexcept;

  /// Where the second and the following rows of MCUs begin, as far as the picture was decoded. In the arena.
  std::span<const scan_mark> marks() const noexcept;
  /// How many the whole picture has.
  std::size_t most_marks() const noexcept;

  /// Pictures that were decoded to the end.
  std::uint64_t completed() const noexcept;

  /// What `open` takes out of the arena, at most; 0 where it refuses the picture.
  static std::size_t bytes_needed(const picture_header& header) noexcept;
  /// What a reader itself holds: tables and coefficients of four MCUs.
  static constexpr std::size_t resident_bytes = std::size_t{160} << 10;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace troupe
