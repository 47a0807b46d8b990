#include <troupe/augment/picture_header.hpp>

#include <troupe/augment/tiff_directory.hpp>

#include <algorithm>
#include <exception>
#include <initializer_list>

namespace troupe {

picture_format sniff(std::span<const std::uint8_t> bytes) noexcept {
  static constexpr std::uint8_t jpeg[] = {0xFF, 0xD8, 0xFF};
  static constexpr std::uint8_t png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  static constexpr std::uint8_t riff[] = {'R', 'I', 'F', 'F'}, webp[] = {'W', 'E', 'B', 'P'};  // a size in between
  static constexpr std::uint8_t gif87[] = {'G', 'I', 'F', '8', '7', 'a'}, gif89[] = {'G', 'I', 'F', '8', '9', 'a'};
  static constexpr std::uint8_t bmp[] = {'B', 'M'};
  static constexpr std::uint8_t tiff[][4] = {
      {'I', 'I', 42, 0}, {'M', 'M', 0, 42}, {'I', 'I', 43, 0}, {'M', 'M', 0, 43}};  // 43: BigTIFF
  const auto begins = [&](std::span<const std::uint8_t> magic) {
    return bytes.size() >= magic.size() && std::equal(magic.begin(), magic.end(), bytes.begin());
  };
  if (begins(jpeg)) return picture_format::jpeg;
  if (begins(png)) return picture_format::png;
  if (begins(riff) && bytes.size() >= 12 && std::equal(std::begin(webp), std::end(webp), bytes.begin() + 8))
    return picture_format::webp;
  if (begins(gif87) || begins(gif89)) return picture_format::gif;
  if (std::any_of(std::begin(tiff), std::end(tiff), begins)) return picture_format::tiff;
  // Two letters are little: the size of the second header must be one that exists.
  static constexpr std::uint8_t sizes[] = {12, 40, 52, 56, 64, 108, 124};
  const auto sized = [&] { return std::count(std::begin(sizes), std::end(sizes), bytes[14]) == 1; };
  if (begins(bmp) && (bytes.size() < 18 || (sized() && (bytes[15] | bytes[16] | bytes[17]) == 0)))
    return picture_format::bmp;
  return picture_format::unknown;
}

int exif_orientation(std::span<const std::uint8_t> tiff) noexcept {
  const auto begins = [&](std::initializer_list<std::uint8_t> magic) {
    return tiff.size() >= 8 && std::equal(magic.begin(), magic.end(), tiff.begin());
  };
  if (!begins({'I', 'I', 42, 0}) && !begins({'M', 'M', 0, 42})) return 1;
  const auto value = tiff_directory(tiff).number(tiff_tag::orientation, 1);
  return value >= 1 && value <= 8 ? int(value) : 1;
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

void walk(std::span<const std::uint8_t> bytes, const decode_options& options, bool strict, picture_header& h) {
  const auto where_on = [&](bool on, auto walk_it, const char* remedy) {
    if (on)
      walk_it(bytes, strict, h);
    else
      h.bad = {fault::unsupported, remedy};
  };
  switch (h.format) {
    case picture_format::unknown:
      h.bad = {fault::unsupported, "not JPEG, PNG, WebP, GIF, BMP or TIFF by its first bytes"};
      break;
    case picture_format::jpeg: walk_jpeg(bytes, strict, h); break;
    case picture_format::png: walk_png(bytes, strict, h); break;
    case picture_format::webp: walk_webp(bytes, strict, h); break;
    case picture_format::gif:
      where_on(options.also.gif, walk_gif, "a GIF; also.gif (--also gif) reads its first frame");
      break;
    case picture_format::bmp: where_on(options.also.bmp, walk_bmp, "a BMP; also.bmp (--also bmp) reads it"); break;
    case picture_format::tiff:
      where_on(options.also.tiff, walk_tiff, "a TIFF; also.tiff (--also tiff) reads its first page");
      break;
  }
}

}  // namespace

picture_header read_header(std::span<const std::uint8_t> bytes, const decode_options& options) noexcept {
  picture_header h;
  try {
    h.format = sniff(bytes);
    if (bytes.empty())
      h.bad = {fault::empty, "no bytes"};
    else
      walk(bytes, options, true, h);
    if (h.bad && h.format != picture_format::unknown && !options.strict) {
      h = {};
      h.format = sniff(bytes);
      walk(bytes, options, false, h);
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
