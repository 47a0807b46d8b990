#include <troupe/augment/picture_header.hpp>

#include <zlib.h>

#include <cstring>

namespace troupe {

namespace {

std::uint32_t big_endian(const std::uint8_t* p) noexcept {
  return std::uint32_t(p[0]) << 24 | std::uint32_t(p[1]) << 16 | std::uint32_t(p[2]) << 8 | p[3];
}

/// IHDR: width, height, bit depth, colour type, compression, filter, interlace (PNG specification, section 11.2.2).
failure read_ihdr(std::span<const std::uint8_t> d, picture_header& h) {
  if (d.size() != 13) return {fault::corrupt, "an IHDR chunk of " + std::to_string(d.size()) + " bytes"};
  const std::uint32_t width = big_endian(d.data()), height = big_endian(d.data() + 4);
  if (width == 0 || height == 0 || width > 0x7FFFFFFF || height > 0x7FFFFFFF)
    return {fault::corrupt, "an IHDR chunk without a valid size"};
  static constexpr int samples[] = {1, 0, 3, 1, 2, 0, 4};
  if (d[9] > 6 || samples[d[9]] == 0 || d[12] > 1) return {fault::corrupt, "an IHDR chunk of an unknown colour type"};
  h.width = int(width);
  h.height = int(height);
  h.components = samples[d[9]];
  h.bits = d[8];
  h.multi_scan = d[12] == 1;
  return {};
}

}  // namespace

/// Every chunk is length, type, data, CRC (section 5.3). In strict mode all CRCs are checked here, on the whole file,
/// so that the verdict does not depend on which rows are decoded.
void walk_png(std::span<const std::uint8_t> bytes, bool strict, picture_header& h) {
  bool data = false;
  const auto incomplete = [&](const char* where) {
    if (strict || !data)
      h.bad = {fault::truncated, std::string(where) + ", after " + std::to_string(bytes.size()) + " bytes"};
  };
  for (std::size_t at = 8;;) {
    if (bytes.size() - at < 12) return incomplete("no IEND chunk");
    const std::uint32_t length = big_endian(bytes.data() + at);
    const std::uint8_t* type = bytes.data() + at + 4;
    if (length > 0x7FFFFFFF) {
      h.bad = {fault::corrupt, "a chunk longer than 2 GiB"};
      return;
    }
    if (std::memcmp(type, "IDAT", 4) == 0 && h.components) data = true;
    if (bytes.size() - at - 12 < length) return incomplete("cut inside a chunk");
    const auto content = bytes.subspan(at + 8, length);
    if (strict && crc32(crc32(0, nullptr, 0), type, length + 4) != big_endian(type + 4 + length)) {
      h.bad = {fault::corrupt, "the checksum of chunk " + std::string(type, type + 4) + " is wrong"};
      return;
    }
    if (at == 8) {
      if (std::memcmp(type, "IHDR", 4) != 0)
        h.bad = {fault::corrupt, "the first chunk is not IHDR"};
      else
        h.bad = read_ihdr(content, h);
      if (h.bad) return;
    } else if (std::memcmp(type, "eXIf", 4) == 0) {
      h.orientation = exif_orientation(content);
    } else if (std::memcmp(type, "IEND", 4) == 0) {
      if (!data) h.bad = {fault::corrupt, "no IDAT chunk"};
      return;
    }
    at += 12 + std::size_t(length);
  }
}

}  // namespace troupe
