#include <troupe/augment/picture_header.hpp>

#include <algorithm>
#include <exception>

namespace troupe {

picture_format sniff(std::span<const std::uint8_t> bytes) noexcept {
  static constexpr std::uint8_t jpeg[] = {0xFF, 0xD8, 0xFF};
  static constexpr std::uint8_t png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  static constexpr std::uint8_t riff[] = {'R', 'I', 'F', 'F'}, webp[] = {'W', 'E', 'B', 'P'};  // a size in between
  const auto begins = [&](std::span<const std::uint8_t> magic) {
    return bytes.size() >= magic.size() && std::equal(magic.begin(), magic.end(), bytes.begin());
  };
  if (begins(jpeg)) return picture_format::jpeg;
  if (begins(png)) return picture_format::png;
  if (begins(riff) && bytes.size() >= 12 && std::equal(std::begin(webp), std::end(webp), bytes.begin() + 8))
    return picture_format::webp;
  return picture_format::unknown;
}

// TIFF 6.0, section 2: byte order, 42, offset of the first directory; its entries are 12 bytes: tag, type, count,
// value.
int exif_orientation(std::span<const std::uint8_t> tiff) noexcept {
  if (tiff.size() < 14) return 1;
  const bool little = tiff[0] == 'I';
  if (tiff[0] != tiff[1] || (tiff[0] != 'I' && tiff[0] != 'M')) return 1;
  const auto u16 = [&](std::size_t at) {
    return std::uint32_t(tiff[at + (little ? 1 : 0)] << 8 | tiff[at + (little ? 0 : 1)]);
  };
  const auto u32 = [&](std::size_t at) { return little ? u16(at) | u16(at + 2) << 16 : u16(at) << 16 | u16(at + 2); };
  if (u16(2) != 42) return 1;
  const std::size_t directory = u32(4);
  if (directory > tiff.size() - 2) return 1;
  const std::size_t entries = u16(directory);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + 12 * i;
    if (at + 12 > tiff.size()) return 1;
    if (u16(at) != 0x0112 || u16(at + 2) != 3) continue;  // Orientation, SHORT
    const std::uint32_t value = u16(at + 8);
    return value >= 1 && value <= 8 ? int(value) : 1;
  }
  return 1;
}

namespace {

void apply_limits(picture_header& h, const decode_options& options) {
  const auto sides = std::to_string(h.height) + "x" + std::to_string(h.width);
  if (h.height > options.max_side || h.width > options.max_side)
    h.bad = {fault::too_large, sides + " pixels, sides may have " + std::to_string(options.max_side)};
  else if (std::uint64_t(h.height) * std::uint64_t(h.width) > options.max_pixels)
    h.bad = {fault::too_large, sides + " pixels, more than the " + std::to_string(options.max_pixels) + " allowed"};
  else if (h.format == picture_format::jpeg && h.scans > options.max_scans)
    h.bad = {fault::too_large,
             std::to_string(h.scans) + " scans, more than the " + std::to_string(options.max_scans) + " allowed"};
}

void walk(std::span<const std::uint8_t> bytes, bool strict, picture_header& h) {
  if (h.format == picture_format::jpeg)
    walk_jpeg(bytes, strict, h);
  else if (h.format == picture_format::png)
    walk_png(bytes, strict, h);
  else
    walk_webp(bytes, strict, h);
}

}  // namespace

picture_header read_header(std::span<const std::uint8_t> bytes, const decode_options& options) noexcept {
  picture_header h;
  try {
    h.format = sniff(bytes);
    if (bytes.empty())
      h.bad = {fault::empty, "no bytes"};
    else if (h.format == picture_format::unknown)
      h.bad = {fault::unsupported, "not JPEG, PNG or WebP by its first bytes"};
    else
      walk(bytes, true, h);
    if (h.bad && h.format != picture_format::unknown && !options.strict) {
      h = {};
      h.format = sniff(bytes);
      walk(bytes, false, h);
      h.damaged = true;
    }
    if (!h.bad) apply_limits(h, options);
    if (!h.bad && h.format == picture_format::webp) measure_webp(bytes, h);
    if (!options.exif_orientation) h.orientation = 1;
  } catch (const std::exception&) {  // no memory for a message
    h.bad.reason = fault::io;
  }
  return h;
}

}  // namespace troupe
