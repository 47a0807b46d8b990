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

/// What is wanted of a PNG.
enum class png_samples : std::uint8_t {
  colours,  ///< RGB, 8 bits
  numbers,  ///< of grey or a palette, what is stored: the index, a grey of 1, 2 or 4 bits not stretched to 8
};

/// Decodes a PNG with libpng, down to the last row of the wanted part. Grey and palette become RGB, 16 bits keep their
/// upper 8, alpha and transparency are dropped without blending, gamma and colour profiles are ignored, as PIL's
/// convert("RGB") does, which cuts grey of 16 bits off at 255, though. libpng sees the chunks that carry pixels and no
/// others.
class png_reader final : public picture_reader {
 public:
  png_reader();
  ~png_reader() override;

  /// Begins with the rows of `part`. All memory comes from the arena. Strict: what libpng complains about is a failure;
  /// lenient: rows behind an error are black.
  failure open(std::span<const std::uint8_t> bytes, const picture_header& header, const rect& part, bool strict,
               arena& memory, png_samples wanted = png_samples::colours);
  /// The next row of the part, `[width, 3]` uint8 RGB or `[width]` numbers, `kernels::padding` readable behind it.
  pixel_row next() noexcept override;
  failure close() override;
  bool complained() const noexcept override;

  /// What `open` and `next` take out of the arena, at most.
  static std::size_t bytes_needed(const picture_header& header) noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace troupe
