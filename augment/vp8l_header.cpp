#include <troupe/augment/vp8l_header.hpp>

#include <troupe/augment/pages.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace troupe {

namespace {

constexpr int literals = 256, lengths = 24, distances = 40;
constexpr std::size_t most_tile_pixels = std::size_t{1} << 18;

/// Bits from the lowest of each byte; zeros behind the end, and `over` says that they were asked for.
struct bit_reader {
  std::span<const std::uint8_t> bytes;
  std::size_t at = 0;  ///< in bits
  bool over = false;

  std::uint32_t take(int count) noexcept {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i, ++at) {
      if (at / 8 >= bytes.size())
        over = true;
      else
        value |= std::uint32_t(bytes[at / 8] >> at % 8 & 1) << i;
    }
    return value;
  }
};

/// A canonical prefix code of at most 15 bits (RFC 1951, section 3.2.2). The symbols of each length lie together.
class prefix_code {
 public:
  /// False where the lengths make no complete code. A single symbol takes no bits.
  bool assign(std::span<const std::uint8_t> lengths_of) {
    count_.fill(0);
    for (const std::uint8_t l : lengths_of) ++count_[l];
    std::array<int, 17> first{};
    int open = 1, used = 0;
    for (std::size_t l = 1; l <= 15; ++l) {
      open = 2 * open - count_[l];
      if (open < 0) return false;
      first[l + 1] = first[l] + count_[l];
      used += count_[l];
    }
    single_ = used == 1;
    if (!single_ && open != 0) return false;
    for (std::size_t s = 0; s < lengths_of.size(); ++s)
      if (lengths_of[s]) symbols_[std::size_t(first[lengths_of[s]]++)] = std::uint16_t(s);
    return true;
  }

  int read(bit_reader& in) const noexcept {
    if (single_) return symbols_[0];
    int code = 0, first = 0, index = 0;
    for (std::size_t l = 1; l <= 15; ++l) {
      code |= int(in.take(1));
      const int count = count_[l];
      if (code - count < first) return symbols_[std::size_t(index + code - first)];
      index += count;
      first = (first + count) * 2;
      code *= 2;
    }
    return 0;  // not reached: codes are complete
  }

 private:
  std::array<int, 16> count_{};
  std::array<std::uint16_t, literals + lengths + 2048> symbols_{};
  bool single_ = false;
};

/// Where short distance codes point: 16 rows up at most, 8 columns to either side; (rows up) * 16 + 8 - columns left
/// (RFC 9649, section 3.5.2.2).
constexpr std::uint8_t near_codes[120] = {
    0x18, 0x07, 0x17, 0x19, 0x28, 0x06, 0x27, 0x29, 0x16, 0x1a, 0x26, 0x2a, 0x38, 0x05, 0x37, 0x39, 0x15, 0x1b,
    0x36, 0x3a, 0x25, 0x2b, 0x48, 0x04, 0x47, 0x49, 0x14, 0x1c, 0x35, 0x3b, 0x46, 0x4a, 0x24, 0x2c, 0x58, 0x45,
    0x4b, 0x34, 0x3c, 0x03, 0x57, 0x59, 0x13, 0x1d, 0x56, 0x5a, 0x23, 0x2d, 0x44, 0x4c, 0x55, 0x5b, 0x33, 0x3d,
    0x68, 0x02, 0x67, 0x69, 0x12, 0x1e, 0x66, 0x6a, 0x22, 0x2e, 0x54, 0x5c, 0x43, 0x4d, 0x65, 0x6b, 0x32, 0x3e,
    0x78, 0x01, 0x77, 0x79, 0x53, 0x5d, 0x11, 0x1f, 0x64, 0x6c, 0x42, 0x4e, 0x76, 0x7a, 0x21, 0x2f, 0x75, 0x7b,
    0x31, 0x3f, 0x63, 0x6d, 0x52, 0x5e, 0x00, 0x74, 0x7c, 0x41, 0x4f, 0x10, 0x20, 0x62, 0x6e, 0x30, 0x73, 0x7d,
    0x51, 0x5f, 0x40, 0x72, 0x7e, 0x61, 0x6f, 0x50, 0x71, 0x7f, 0x60, 0x70};

constexpr std::uint32_t tiles(int side, std::uint32_t bits) noexcept {
  return (std::uint32_t(side) + (1U << bits) - 1) >> bits;
}

class head_reader {
 public:
  explicit head_reader(std::span<const std::uint8_t> bitstream) { in_.bytes = bitstream; }

  failure read(int width, int height, vp8l_needs& n) {
    in_.at = 40;  // signature, size, alpha, version
    if (failure bad = read_transforms(width, height)) return bad;
    if (failure bad = read_cache(n.colour_cache_bits)) return bad;
    if (in_.take(1)) {
      if (failure bad = read_groups(width, height, n)) return bad;
    }
    n.tile_pixels = tile_pixels_;
    return ended();
  }

 private:
  static failure corrupt(const char* what) { return {fault::corrupt, std::string("a VP8L bitstream with ") + what}; }
  failure ended() const {
    if (!in_.over) return {};
    return {fault::truncated, "a VP8L bitstream that ends before its pixels"};
  }

  // Section 4: each kind once; a palette packs several pixels into one and so makes the picture narrower.
  failure read_transforms(int& width, int height) {
    for (unsigned seen = 0; in_.take(1) && !in_.over;) {
      const std::uint32_t kind = in_.take(2);
      if (seen & 1U << kind) return corrupt("a transform that comes twice");
      seen |= 1U << kind;
      if (kind == 2) continue;  // subtract green: no data
      std::uint32_t across = 0, down = 1;
      if (kind == 3) {
        across = in_.take(8) + 1;
        width = int(tiles(width, across > 16 ? 0 : across > 4 ? 1 : across > 2 ? 2 : 3));
      } else {
        const std::uint32_t bits = in_.take(3) + 2;
        across = tiles(width, bits);
        down = tiles(height, bits);
      }
      if (failure bad = read_image(across, down)) return bad;
    }
    return ended();
  }

  failure read_cache(int& bits) {
    bits = in_.take(1) ? int(in_.take(4)) : -1;
    if (bits == 0 || bits > 11) return corrupt("a colour cache of a size that is not allowed");
    bits = std::max(bits, 0);
    return {};
  }

  // libwebp makes tables for all groups up to the highest, or, of many, for those in use.
  failure read_groups(int width, int height, vp8l_needs& n) {
    const std::uint32_t bits = in_.take(3) + 2;
    const std::uint32_t across = tiles(width, bits), down = tiles(height, bits);
    if (failure bad = read_image(across, down)) return bad;
    const std::size_t count = std::size_t(across) * down;
    for (std::size_t i = 0; i < count; ++i) n.highest_group = std::max(n.highest_group, int(argb_[i] >> 8 & 0xFFFF));
    n.code_groups = std::size_t(n.highest_group) + 1;
    if (n.code_groups > 1000 || n.code_groups > std::size_t(width) * std::size_t(height))
      n.code_groups = std::min(n.code_groups, count);
    return {};
  }

  failure read_code(std::size_t alphabet, prefix_code& code) {
    std::array<std::uint8_t, literals + lengths + 2048> length{};
    if (in_.take(1)) {  // one or two symbols
      const bool two = in_.take(1) != 0;
      const std::uint32_t first = in_.take(in_.take(1) ? 8 : 1);
      length[first] = 1;
      if (two) length[in_.take(8)] = 1;
    } else {
      static constexpr std::uint8_t order[19] = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
      std::array<std::uint8_t, 19> own{};
      const std::size_t count = in_.take(4) + 4;
      for (std::size_t i = 0; i < std::min<std::size_t>(count, 19); ++i) own[order[i]] = std::uint8_t(in_.take(3));
      if (!lengths_code_.assign(own)) return corrupt("a code of code lengths that is not complete");
      std::size_t symbols = alphabet;
      if (in_.take(1)) symbols = 2 + in_.take(2 + 2 * int(in_.take(3)));
      if (symbols > alphabet) return corrupt("more code lengths than symbols");
      std::uint8_t previous = 8;
      for (std::size_t s = 0; s < alphabet && symbols > 0 && !in_.over; --symbols) {
        const int l = lengths_code_.read(in_);
        if (l < 16) {
          length[s++] = std::uint8_t(l);
          if (l) previous = std::uint8_t(l);
          continue;
        }
        const std::size_t repeat = l == 16 ? 3 + in_.take(2) : l == 17 ? 3 + in_.take(3) : 11 + in_.take(7);
        if (s + repeat > alphabet) return corrupt("more code lengths than symbols");
        std::fill_n(length.begin() + std::ptrdiff_t(s), repeat, l == 16 ? previous : std::uint8_t(0));
        s += repeat;
      }
    }
    if (in_.over) return ended();
    return code.assign({length.data(), alphabet}) ? failure{} : corrupt("a prefix code that is not complete");
  }

  std::uint32_t prefixed(int symbol) noexcept {  // section 3.5.2.2: lengths and distances
    if (symbol < 4) return std::uint32_t(symbol) + 1;
    const int extra = (symbol - 2) >> 1;
    return ((2U + (unsigned(symbol) & 1)) << extra) + in_.take(extra) + 1;
  }

  // A small image into `argb_`: one group of codes, pixels, copies, cached colours (section 3.5).
  failure read_image(std::uint32_t width, std::uint32_t height) {
    const std::size_t count = std::size_t(width) * height;
    if (count > most_tile_pixels) return {fault::unsupported, "a lossless WebP in tiles of unusually small size"};
    tile_pixels_ += count;
    int cache_bits = 0;
    if (failure bad = read_cache(cache_bits)) return bad;
    const std::size_t cached = cache_bits ? std::size_t{1} << cache_bits : 0;
    const std::array<std::size_t, 5> alphabets = {literals + lengths + cached, literals, literals, literals, distances};
    for (std::size_t i = 0; i < 5; ++i)
      if (failure bad = read_code(alphabets[i], codes_[i])) return bad;
    pixels_ = take_pages(4 * count);
    if (!pixels_) return {fault::too_large, "the system has no memory left to decode it"};
    argb_ = reinterpret_cast<std::uint32_t*>(pixels_.get());
    cache_.fill(0);
    const auto remember = [&](std::uint32_t colour) {
      if (cached) cache_[(0x1E35A7BDU * colour) >> (32 - cache_bits)] = colour;
    };
    for (std::size_t at = 0; at < count;) {
      const int green = codes_[0].read(in_);
      if (in_.over) return ended();
      if (green < literals) {
        const auto red = std::uint32_t(codes_[1].read(in_)), blue = std::uint32_t(codes_[2].read(in_));
        const auto alpha = std::uint32_t(codes_[3].read(in_));
        argb_[at++] = alpha << 24 | red << 16 | std::uint32_t(green) << 8 | blue;
        remember(argb_[at - 1]);
      } else if (green < literals + lengths) {
        const std::size_t length = prefixed(green - literals);
        const std::uint32_t code = prefixed(codes_[4].read(in_));
        const int near = code <= 120 ? (near_codes[code - 1] >> 4) * int(width) + 8 - (near_codes[code - 1] & 15) : 0;
        const std::size_t distance = code > 120 ? code - 120 : std::size_t(std::max(near, 1));
        if (distance > at || length > count - at) return corrupt("a copy from outside its image");
        for (std::size_t i = 0; i < length; ++i, ++at) remember(argb_[at] = argb_[at - distance]);
      } else {
        argb_[at++] = cache_[std::size_t(green - literals - lengths)];
      }
      if (in_.over) return ended();
    }
    return {};
  }

  bit_reader in_;
  std::size_t tile_pixels_ = 0;
  prefix_code lengths_code_;
  std::array<prefix_code, 5> codes_;
  std::array<std::uint32_t, 2048> cache_{};
  pages pixels_;
  std::uint32_t* argb_ = nullptr;
};

}  // namespace

vp8l_needs read_vp8l(std::span<const std::uint8_t> bitstream, int width, int height) {
  vp8l_needs n;
  n.bad = head_reader(bitstream).read(width, height, n);
  return n;
}

}  // namespace troupe
