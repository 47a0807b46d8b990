#include <troupe/augment/little_endian.hpp>
#include <troupe/augment/picture_header.hpp>

#include <algorithm>

namespace troupe {

namespace {

/// Sets the size: that of the logical screen, which grows where the first frame reaches beyond it, and which some
/// writers leave at 0x0.
failure read_frame(const std::uint8_t* screen, const std::uint8_t* frame, picture_header& h) {
  const int width = little_endian::u16(frame + 5), height = little_endian::u16(frame + 7);
  if (width == 0 || height == 0) return {fault::corrupt, "a first frame without pixels"};
  h.width = std::max(little_endian::u16(screen), little_endian::u16(frame + 1) + width);
  h.height = std::max(little_endian::u16(screen + 2), little_endian::u16(frame + 3) + height);
  h.components = 1;
  return {};
}

}  // namespace

/// Header and logical screen are 13 bytes, then come the global colour table and blocks: frames and extensions, whose
/// data end with a block of no bytes, and the trailer (GIF89a specification, sections 15 to 27).
void walk_gif(std::span<const std::uint8_t> bytes, bool strict, picture_header& h) {
  const auto incomplete = [&](const char* where) {
    if (strict || h.coded_bytes == 0)
      h.bad = {fault::truncated, std::string(where) + ", after " + std::to_string(bytes.size()) + " bytes"};
  };
  if (bytes.size() < 13) return incomplete("cut inside the screen's description");
  for (std::size_t at = 13 + gif_table_bytes(bytes[10]);;) {
    if (at >= bytes.size()) return incomplete("no trailer");
    if (bytes[at] == 0x3B) {
      if (h.coded_bytes == 0) h.bad = {fault::corrupt, "no frame before the trailer"};
      return;
    }
    if (bytes[at] == 0x2C) {
      if (bytes.size() - at < 10) return incomplete("cut inside a frame's description");
      if (h.coded_bytes == 0) {
        h.bad = read_frame(bytes.data() + 6, bytes.data() + at, h);
        if (h.bad) return;
        h.coded_at = at;
        h.coded_bytes = bytes.size() - at;
        h.decoder_bytes = std::size_t{64} << 10;  // giflib's tables are of one size; rounded up
      }
      at += 10 + gif_table_bytes(bytes[at + 9]) + 1;
    } else if (bytes[at] == 0x21) {
      at += 2;
    } else {
      if (strict || h.coded_bytes == 0)
        h.bad = {fault::corrupt, "a block that is neither frame, extension nor trailer"};
      return;
    }
    while (at < bytes.size() && bytes[at] != 0) at += 1 + std::size_t(bytes[at]);
    ++at;
  }
}

}  // namespace troupe
