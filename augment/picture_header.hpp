#pragma once
#include <troupe/augment/recipe.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace troupe {

/// The formats that are known by their first bytes.
enum class picture_format : std::uint8_t { unknown, jpeg, png, webp, gif, bmp, tiff };

picture_format sniff(std::span<const std::uint8_t> bytes) noexcept;

/// What a file says about its picture before any decoder sees it, found by walking its markers or chunks within bounds.
struct picture_header {
  picture_format format = picture_format::unknown;
  int height = 0, width = 0;  ///< as stored, before the orientation
  int components = 0;         ///< as stored: JPEG 1, 3, 4; PNG, TIFF samples a pixel; WebP 3, with alpha 4
  int bits = 8;               ///< PNG: of a sample, as stored
  int orientation = 1;        ///< EXIF tag 0x0112, 1 ... 8 (CIPA DC-008)
  bool multi_scan = false;    ///< JPEG: progressive or in several scans; PNG: interlaced. The whole picture is kept
  int scans = 1;
  std::array<std::uint8_t, 4> across{1, 1, 1, 1}, down{1, 1, 1, 1};  ///< JPEG: sampling factors by component
  bool lossless = false;                                             ///< WebP: VP8L, not VP8
  std::size_t coded_at = 0, coded_bytes = 0;  ///< WebP: the bitstream of the picture; GIF: from the first frame on
  std::size_t decoder_bytes = 0;              ///< WebP, GIF, TIFF: what the library allocates by itself, at most
  std::size_t band_bytes = 0;                 ///< TIFF: one row of strips or tiles, decoded
  bool damaged = false;                       ///< read leniently: in strict mode it would be `bad`
  failure bad;                                ///< why it cannot be read; judged on the whole file

  /// Rows and columns are exchanged when it is shown upright.
  bool turned() const noexcept { return orientation >= 5; }
  /// … and then left and right, top and bottom.
  bool mirrored() const noexcept {
    return orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  }
  bool upside_down() const noexcept {
    return orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  }
  /// JPEG: how much coarser a component is stored one way than the other, 2 of 4:2:2; 1 of 4:2:0 and 4:4:4.
  int uneven() const noexcept;
  /// As a viewer shows it: `[height, width, 3]`.
  image_shape upright() const noexcept {
    return turned() ? image_shape{width, height, 3} : image_shape{height, width, 3};
  }
};

/// Reads the header, walks the whole file and applies the limits of `options`.
picture_header read_header(std::span<const std::uint8_t> bytes, const decode_options& options) noexcept;

/// One format each; the limits are applied by `read_header`.
void walk_jpeg(std::span<const std::uint8_t> bytes, bool strict, picture_header& h);
void walk_png(std::span<const std::uint8_t> bytes, bool strict, picture_header& h);
void walk_webp(std::span<const std::uint8_t> bytes, bool strict, picture_header& h);
void walk_gif(std::span<const std::uint8_t> bytes, bool strict, picture_header& h);
void walk_bmp(std::span<const std::uint8_t> bytes, bool strict, picture_header& h);
void walk_tiff(std::span<const std::uint8_t> bytes, bool strict, picture_header& h);

/// Sets `decoder_bytes` of a WebP within the limits.
void measure_webp(std::span<const std::uint8_t> bytes, picture_header& h);

/// Bytes of the colour table that a packed field of a GIF announces (GIF89a, sections 18 and 20).
constexpr std::size_t gif_table_bytes(std::uint8_t packed) noexcept {
  return packed & 0x80 ? std::size_t{6} << (packed & 7) : 0;
}

/// The orientation in a TIFF block (EXIF), 1 where it has none.
int exif_orientation(std::span<const std::uint8_t> tiff) noexcept;

}  // namespace troupe
