#include <troupe/augment/bmp_header.hpp>

#include <troupe/augment/little_endian.hpp>
#include <troupe/augment/picture_header.hpp>

#include <algorithm>
#include <bit>

namespace troupe {

namespace {

constexpr std::uint32_t rgb = 0, rle8 = 1, rle4 = 2, bit_fields = 3, alpha_bit_fields = 6;

bool in_one_piece(std::uint32_t mask) noexcept {
  return mask != 0 && std::has_single_bit(std::uint64_t(mask >> std::countr_zero(mask)) + 1);
}

/// The masks behind a header of 40 bytes, or inside a later one, at the same place.
failure read_masks(std::span<const std::uint8_t> bytes, std::uint32_t compression, bmp_layout& l) {
  if (l.bits != 16 && l.bits != 32) {
    if (compression == rgb) return {};
    return {fault::corrupt, "bit fields in " + std::to_string(l.bits) + " bits a pixel"};
  }
  if (compression == rgb) {
    l.masks = {0x7C00, 0x03E0, 0x001F};
    if (l.bits == 32) l.masks = {0xFF0000, 0x00FF00, 0x0000FF};
    return {};
  }
  if (bytes.size() < 66) return {fault::truncated, "cut inside the colour masks"};
  for (std::size_t c = 0; c < 3; ++c) l.masks[c] = little_endian::u32(bytes.data() + 54 + 4 * c);
  if (!std::all_of(l.masks.begin(), l.masks.end(), in_one_piece) ||
      (l.bits == 16 && (l.masks[0] | l.masks[1] | l.masks[2]) > 0xFFFF))
    return {fault::corrupt, "colour masks that are not runs of bits in a pixel"};
  return {};
}

failure unsupported(std::uint32_t compression) {
  if (compression == rle8 || compression == rle4)
    return {fault::unsupported, "a BMP compressed by run lengths; uncompressed ones are read"};
  return {fault::unsupported, "a BMP of compression " + std::to_string(compression) + "; uncompressed ones are read"};
}

}  // namespace

// File header, 14 bytes: "BM", size, 4 reserved, where the pixels begin. Then a header of OS/2 (12 bytes), of Windows
// (BITMAPINFOHEADER, 40, and later ones that begin with it) or of OS/2 2.x (64), which shares its first 40.
bmp_layout read_bmp(std::span<const std::uint8_t> bytes) {
  bmp_layout l;
  const auto bad = [&](failure f) {
    l.bad = std::move(f);
    return l;
  };
  const std::size_t size = bytes.size() < 18 ? 40 : bytes[14];
  if (bytes.size() < 14 + size) return bad({fault::truncated, "cut inside the headers"});
  const std::uint8_t* p = bytes.data();
  const bool core = size == 12;
  std::int64_t height =
      core ? std::int64_t(little_endian::u16(p + 20)) : std::int64_t(std::int32_t(little_endian::u32(p + 22)));
  const std::int64_t width =
      core ? std::int64_t(little_endian::u16(p + 18)) : std::int64_t(std::int32_t(little_endian::u32(p + 18)));
  l.top_down = height < 0;
  height = l.top_down ? -height : height;
  if (width <= 0 || height == 0 || height > 0x7FFFFFFF) return bad({fault::corrupt, "headers without a valid size"});
  l.width = int(width);
  l.height = int(height);
  l.bits = int(little_endian::u16(p + (core ? 24 : 28)));
  const std::uint32_t compression = core ? rgb : little_endian::u32(p + 30);
  const bool fields = (compression == bit_fields || compression == alpha_bit_fields) && size != 64;
  if (compression != rgb && !fields) return bad(unsupported(compression));
  static constexpr int depths[] = {1, 4, 8, 16, 24, 32};
  if (std::find(std::begin(depths), std::end(depths), l.bits) == std::end(depths))
    return bad({fault::unsupported, "a BMP of " + std::to_string(l.bits) + " bits a pixel"});
  if (failure f = read_masks(bytes, compression, l)) return bad(std::move(f));

  l.pixels_at = little_endian::u32(p + 10);
  if (l.pixels_at < 14 + size) return bad({fault::corrupt, "pixels that begin inside the headers"});
  if (l.bits <= 8) {
    const std::size_t most = std::size_t{1} << l.bits, used = core ? 0 : little_endian::u32(p + 46);
    l.palette_at = 14 + size;
    l.colour_bytes = core ? 3 : 4;
    l.colours = std::min({used == 0 ? most : used, most, (l.pixels_at - l.palette_at) / l.colour_bytes});
  }
  l.row_bytes = (std::size_t(l.width) * std::size_t(l.bits) + 31) / 32 * 4;
  if (l.pixels_at < bytes.size()) l.rows = std::min(std::size_t(l.height), (bytes.size() - l.pixels_at) / l.row_bytes);
  if (l.rows == 0) return bad({fault::truncated, "no pixels in its " + std::to_string(bytes.size()) + " bytes"});
  return l;
}

void walk_bmp(std::span<const std::uint8_t> bytes, bool strict, picture_header& h) {
  bmp_layout l = read_bmp(bytes);
  h.height = l.height;
  h.width = l.width;
  h.components = l.bits <= 8 ? 1 : 3;
  if (!l.bad && strict && l.rows < std::size_t(l.height))
    l.bad = {fault::truncated, std::to_string(l.rows) + " of " + std::to_string(l.height) + " rows in its " +
                                   std::to_string(bytes.size()) + " bytes"};
  if (!l.bad && strict && little_endian::u32(bytes.data() + 2) > bytes.size())
    l.bad = {fault::truncated, "the header promises " + std::to_string(little_endian::u32(bytes.data() + 2)) +
                                   " bytes, the file has " + std::to_string(bytes.size())};
  h.bad = std::move(l.bad);
}

}  // namespace troupe
