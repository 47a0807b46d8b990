#include <troupe/augment/little_endian.hpp>
#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/vp8l_header.hpp>

#include <algorithm>
#include <cstring>

namespace troupe {

namespace {

/// Walks the chunks of a WebP file (RFC 9649, section 2): four letters, size, content, a byte of padding where the size
/// is odd. Every read is bounded by the span.
class riff_walker {
 public:
  riff_walker(std::span<const std::uint8_t> bytes, bool strict, picture_header& h)
      : bytes_(bytes), strict_(strict), h_(h) {}

  failure walk() {
    const std::size_t riff = little_endian::u32(bytes_.data() + 4);
    if (riff < 4) return {fault::corrupt, "a RIFF header that leaves no room for a picture"};
    const std::size_t end = 8 + riff;
    if (end > bytes_.size() && strict_) return cut("the RIFF header promises " + std::to_string(end) + " bytes");
    const auto file = bytes_.first(std::min(end, bytes_.size()));
    for (std::size_t at = 12; at < end;) {
      if (file.size() - std::min(at, file.size()) < 8) return ended(end > file.size(), "cut inside a chunk's header");
      const std::size_t size = little_endian::u32(file.data() + at + 4), there = std::min(size, file.size() - at - 8);
      if (there < size && end == file.size()) return outside(file.data() + at);
      if (failure bad = read(file.data() + at, file.subspan(at + 8, there), there == size, at)) return bad;
      if (there < size) return ended(true, "cut inside a chunk");
      at += 8 + size + size % 2;
    }
    return ended(false, "");
  }

 private:
  failure cut(const std::string& where) const {
    return {fault::truncated, where + ", the file has " + std::to_string(bytes_.size())};
  }
  static failure outside(const std::uint8_t* name) {
    return {fault::corrupt, "a chunk " + printable(name) + " that is longer than its file"};
  }
  static std::string printable(const std::uint8_t* name) {
    std::string text(name, name + 4);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
  }

  failure ended(bool early, const char* where) const {
    if (h_.coded_bytes > 0) return early && strict_ ? cut(where) : failure{};
    if (early) return cut(where);
    return *where ? failure{fault::corrupt, where} : failure{fault::corrupt, "no chunk with a picture"};
  }

  failure read(const std::uint8_t* name, std::span<const std::uint8_t> content, bool whole, std::size_t at) {
    const auto is = [&](const char* letters) { return std::memcmp(name, letters, 4) == 0; };
    if (is("VP8X"))
      return at == 12 ? read_canvas(content, whole) : failure{fault::corrupt, "a VP8X chunk out of place"};
    if (is("ANIM") || is("ANMF")) return {fault::unsupported, "an animation; only still WebP pictures are read"};
    if (is("EXIF")) {
      read_exif(content);
    } else if (is("ALPH") && h_.coded_bytes == 0) {
      alpha_ = true;
    } else if (is("VP8 ") || is("VP8L")) {
      if (h_.coded_bytes > 0) return {fault::corrupt, "a second picture"};
      if (failure bad = is("VP8L") ? read_lossless(content, whole) : read_lossy(content, whole)) return bad;
      if (canvas_width_ && (canvas_width_ != h_.width || canvas_height_ != h_.height))
        return {fault::corrupt, "a picture of another size than the VP8X chunk says"};
      // With its chunk's header, or, where it was cut, bare, so that libwebp does not miss the rest.
      h_.coded_at = whole ? at : at + 8;
      h_.coded_bytes = content.size() + (whole ? 8 : 0);
    }
    return {};
  }

  static failure lacking(bool whole, const char* what) {
    return {whole ? fault::corrupt : fault::truncated, std::string(what) + " that is too short"};
  }

  // Flags, 3 bytes reserved, width - 1, height - 1 (section 2.7.1).
  failure read_canvas(std::span<const std::uint8_t> s, bool whole) {
    if (s.size() < 10) return lacking(whole, "a VP8X chunk");
    if (s[0] & 0x02) return {fault::unsupported, "an animation; only still WebP pictures are read"};
    canvas_width_ = int(little_endian::u24(s.data() + 4)) + 1;
    canvas_height_ = int(little_endian::u24(s.data() + 7)) + 1;
    return {};
  }

  // Frame tag, start code, 14 bits of width and of height, above each 2 bits of scaling that decoders ignore
  // (RFC 6386, section 9.1).
  failure read_lossy(std::span<const std::uint8_t> s, bool whole) {
    if (s.size() < 10) return lacking(whole, "a VP8 chunk");
    const std::uint32_t tag = little_endian::u24(s.data());
    if ((tag & 1) != 0 || s[3] != 0x9D || s[4] != 0x01 || s[5] != 0x2A)
      return {fault::corrupt, "a VP8 chunk that does not begin with a key frame"};
    if ((tag >> 1 & 7) > 3 || (tag >> 4 & 1) == 0) return {fault::corrupt, "a VP8 frame of an unknown profile"};
    if (whole && (tag >> 5) >= s.size()) return {fault::corrupt, "a VP8 frame whose first partition has no room"};
    return sized(int(little_endian::u24(s.data() + 6) & 0x3FFF), int(little_endian::u24(s.data() + 7) >> 8 & 0x3FFF),
                 alpha_);
  }

  // 0x2F, 14 bits of width - 1 and of height - 1, a bit for alpha, 3 bits of version (RFC 9649, section 3.4).
  failure read_lossless(std::span<const std::uint8_t> s, bool whole) {
    if (s.size() < 5) return lacking(whole, "a VP8L chunk");
    const std::uint32_t bits = little_endian::u32(s.data() + 1);
    if (s[0] != 0x2F || bits >> 29 != 0) return {fault::corrupt, "a VP8L chunk without its signature"};
    h_.lossless = true;
    return sized(int(bits & 0x3FFF) + 1, int(bits >> 14 & 0x3FFF) + 1, (bits >> 28 & 1) != 0);
  }

  failure sized(int width, int height, bool alpha) {
    if (width == 0 || height == 0) return {fault::corrupt, "a picture without a size"};
    h_.width = width;
    h_.height = height;
    h_.components = alpha ? 4 : 3;
    return {};
  }

  // A TIFF block; some writers put JPEG's "Exif" in front of it.
  void read_exif(std::span<const std::uint8_t> s) noexcept {
    static constexpr std::uint8_t name[] = {'E', 'x', 'i', 'f', 0, 0};
    if (s.size() > sizeof name && std::equal(std::begin(name), std::end(name), s.begin())) s = s.subspan(sizeof name);
    h_.orientation = exif_orientation(s);
  }

  std::span<const std::uint8_t> bytes_;
  bool strict_ = true;
  picture_header& h_;
  int canvas_width_ = 0, canvas_height_ = 0;
  bool alpha_ = false;
};

}  // namespace

void walk_webp(std::span<const std::uint8_t> bytes, bool strict, picture_header& h) {
  h.bad = riff_walker(bytes, strict, h).walk();
}

// libwebp has no allocator to be given. Its largest pieces, of versions 1.2 to 1.6, rounded up. Lossy: two rows of
// macroblocks with their coefficients and the rows that filters reach back to. Lossless: the whole picture at 4 bytes a
// pixel and 17 rows, the small images of tiles, and the tables of every group of codes, of at most 5008 entries.
void measure_webp(std::span<const std::uint8_t> bytes, picture_header& h) {
  const auto width = std::size_t(h.width), height = std::size_t(h.height);
  if (!h.lossless) {
    h.decoder_bytes = (std::size_t{20} << 10) + 2304 * ((width + 15) / 16 + 1);
    return;
  }
  const std::size_t head = std::memcmp(bytes.data() + h.coded_at, "VP8L", 4) == 0 ? 8 : 0;
  const auto needs = read_vp8l(bytes.subspan(h.coded_at + head, h.coded_bytes - head), h.width, h.height);
  h.bad = needs.bad;
  const std::size_t cache = needs.colour_cache_bits ? std::size_t{1} << needs.colour_cache_bits : 0;
  const std::size_t group = 4 * (2300 + 660 + cache) + 640;
  h.decoder_bytes = (std::size_t{96} << 10) + 4 * width * (height + 17) + 4 * needs.tile_pixels + 4 * cache +
                    needs.code_groups * group + 4 * std::size_t(needs.highest_group);
}

}  // namespace troupe
