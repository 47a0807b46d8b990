#pragma once
#include <troupe/augment/fault.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace troupe {

/// How the samples of a TIFF are meant, by the numbers of its tag PhotometricInterpretation.
enum class tiff_colours : std::uint8_t {
  white_is_zero = 0,
  black_is_zero = 1,
  rgb = 2,
  palette = 3,
  cmyk = 5,
  ycbcr = 6
};

/// The first page of a TIFF: what its directory says, as far as pixels depend on it (TIFF 6.0). Its pixels come in
/// units, strips or tiles; a strip is a unit as wide as the picture.
struct tiff_page {
  static constexpr int lzw = 5, jpeg = 7, deflate = 8, pack_bits = 32773, old_deflate = 32946;

  failure bad;
  bool big_endian = false;
  int height = 0, width = 0, orientation = 1;
  tiff_colours colours = tiff_colours::rgb;
  int bits = 1;                ///< a sample: 1, 2, 4, 8, 16
  int samples = 1;             ///< a pixel; alpha and whatever else follow the colours
  bool premultiplied = false;  ///< the first sample behind the colours is alpha, and they were multiplied by it
  int compression = 1;         ///< by the numbers of the tag
  bool planar = false;         ///< samples in units of their own
  bool tiled = false;
  int unit_height = 0, unit_width = 0;
  std::array<int, 2> subsampling{1, 1};                    ///< chroma of uncompressed YCbCr: across, down
  std::array<std::array<std::uint8_t, 3>, 256> palette{};  ///< RGB by index
  std::size_t largest_unit = 0;                            ///< bytes, as it is stored
  std::vector<std::uint8_t> appendix;                      ///< what libtiff sees behind the file
  std::size_t directory_at = 0;                            ///< in the file with its appendix: the new directory

  int across() const noexcept { return (width - 1) / unit_width + 1; }
  int down() const noexcept { return (height - 1) / unit_height + 1; }
  int planes() const noexcept { return planar ? samples : 1; }
  std::size_t units() const noexcept { return std::size_t(across()) * std::size_t(down()) * std::size_t(planes()); }
  /// Decoded: bytes of one row of a unit, or of a row of its blocks; of a unit, or of its first rows.
  std::size_t row_bytes() const noexcept;
  std::size_t unit_bytes(int rows) const noexcept;
  std::size_t unit_bytes() const noexcept { return unit_bytes(unit_height); }
  /// Where the appendix begins: on a whole word.
  static std::size_t appendix_at(std::size_t file_bytes) noexcept { return (file_bytes + 1) / 2 * 2; }
};

/// Reads the first directory of a file that begins as a TIFF does, within bounds. It must lie in the file with all
/// that its tags say; strips and tiles must in strict mode.
///
/// libtiff never sees this directory, but one that is written anew behind the file, with the tags that pixels need: any
/// other would be read into memory, thousands of them if the file says so.
tiff_page read_tiff(std::span<const std::uint8_t> bytes, bool strict);

}  // namespace troupe
