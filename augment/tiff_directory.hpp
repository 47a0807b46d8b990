#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace troupe {

/// Tags of a TIFF that pixels depend on (TIFF 6.0, appendix A; JPEGTables of Technical Note 2).
enum class tiff_tag : std::uint16_t {
  image_width = 256,
  image_length = 257,
  bits_per_sample = 258,
  compression = 259,
  photometric = 262,
  fill_order = 266,
  strip_offsets = 273,
  orientation = 274,
  samples_per_pixel = 277,
  rows_per_strip = 278,
  strip_byte_counts = 279,
  planar_configuration = 284,
  t4_options = 292,
  t6_options = 293,
  predictor = 317,
  colour_map = 320,
  tile_width = 322,
  tile_length = 323,
  tile_offsets = 324,
  tile_byte_counts = 325,
  ink_set = 332,
  extra_samples = 338,
  sample_format = 339,
  jpeg_tables = 347,
  ycbcr_subsampling = 530,
};

/// The first directory of a TIFF, as a file or inside another (EXIF); every read stays in the bytes. (TIFF 6.0, section
/// 2.)
class tiff_directory {
 public:
  /// The file begins with a byte order, 42, and where the directory stands: 8 bytes at least.
  explicit tiff_directory(std::span<const std::uint8_t> bytes) noexcept;

  bool big_endian() const noexcept { return big_; }
  /// Whether all its entries lie in the file, and what they point to.
  bool whole() const noexcept;

  /// Values of a tag, in the file; none where it is missing or they do not lie there.
  struct values {
    std::uint16_t type = 0;
    std::uint32_t count = 0;
    std::size_t at = 0;
  };
  std::optional<values> find(tiff_tag tag) const noexcept;
  /// Value i, of type BYTE, SHORT or LONG.
  std::uint32_t value(const values& v, std::size_t i) const noexcept;
  /// The only or first value of a tag; `otherwise` where it is missing.
  std::uint32_t number(tiff_tag tag, std::uint32_t otherwise) const noexcept;

 private:
  std::uint32_t u16(std::size_t at) const noexcept;
  std::uint32_t u32(std::size_t at) const noexcept;
  std::optional<values> entry(std::size_t at) const noexcept;

  std::span<const std::uint8_t> bytes_;
  bool big_ = false, cut_ = true;
  std::size_t first_ = 0, entries_ = 0;  ///< of those entries that are there
};

/// Writes a directory, and before it the arrays that it points to. Tags come in ascending order.
class tiff_directory_writer {
 public:
  /// `at`: where in a file it will all stand.
  tiff_directory_writer(bool big_endian, std::size_t at) : big_(big_endian), at_(at) {}

  void number(tiff_tag tag, std::uint32_t v);
  /// SHORTs.
  void numbers(tiff_tag tag, const std::vector<std::uint16_t>& v);
  /// The first `count` values, which stay where they are in the file, unless they fit into the entry.
  void same(tiff_tag tag, const tiff_directory::values& v, std::uint32_t count, std::span<const std::uint8_t> file);

  /// The arrays; then, from `directory_at` on, the directory.
  std::vector<std::uint8_t> written() const;
  std::size_t directory_at() const noexcept { return at_ + arrays_.size(); }

 private:
  void put16(std::vector<std::uint8_t>& to, std::uint32_t v) const;
  void put32(std::vector<std::uint8_t>& to, std::uint32_t v) const;
  void begin(tiff_tag tag, std::uint16_t type, std::size_t count);

  bool big_ = false;
  std::size_t at_ = 0;
  std::vector<std::uint8_t> entries_, arrays_;
};

}  // namespace troupe
