#include <troupe/augment/bmp_reader.hpp>

#include <troupe/augment/kernels.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

namespace troupe {

failure bmp_reader::open(std::span<const std::uint8_t> bytes, const picture_header&, const rect& part, bool,
                         arena& memory) {
  layout_ = read_bmp(bytes);
  pixels_ = bytes.subspan(layout_.pixels_at);
  part_ = part;
  y_ = part.top;
  row_ = memory.take_array<std::uint8_t>(3 * std::size_t(part.width) + kernels::padding);
  if (!row_) return {fault::too_large, "the system has no memory left to decode it"};
  if (layout_.bits <= 8)
    read_palette(bytes.subspan(layout_.palette_at));
  else if (layout_.bits != 24)
    measure_fields();
  return {};
}

void bmp_reader::read_palette(std::span<const std::uint8_t> bytes) {
  colours_ = {};
  for (std::size_t i = 0; i < layout_.colours; ++i) {
    const std::uint8_t* p = bytes.data() + i * layout_.colour_bytes;
    colours_[i] = {p[2], p[1], p[0]};
  }
}

void bmp_reader::measure_fields() {
  for (std::size_t c = 0; c < 3; ++c) {
    const int width = std::popcount(layout_.masks[c]), kept = std::min(8, width), most = (1 << kept) - 1;
    shift_[c] = std::countr_zero(layout_.masks[c]) + width - kept;
    for (int v = 0; v <= most; ++v) values_[c][std::size_t(v)] = std::uint8_t(v * 255 / most);
  }
}

// Rows are stored from the bottom up unless the height says otherwise.
pixel_row bmp_reader::next() noexcept {
  const int stored = layout_.top_down ? y_ : layout_.height - 1 - y_;
  ++y_;
  if (std::size_t(stored) < layout_.rows)
    read(pixels_.data() + std::size_t(stored) * layout_.row_bytes);
  else
    std::memset(row_, 0, 3 * std::size_t(part_.width));
  return pixel_row::interleaved(row_, 3);
}

void bmp_reader::read(const std::uint8_t* from) noexcept {
  const auto bits = std::size_t(layout_.bits), bytes = bits / 8;
  std::uint8_t* to = row_;
  const std::size_t begin = std::size_t(part_.left), end = begin + std::size_t(part_.width);
  for (std::size_t x = begin; x < end; ++x, to += 3) {
    if (bits <= 8) {
      const std::size_t at = x * bits, index = std::size_t(from[at / 8]) >> (8 - bits - at % 8);
      std::memcpy(to, colours_[index & ((1u << bits) - 1)].data(), 3);
    } else if (bits == 24) {
      for (std::size_t c = 0; c < 3; ++c) to[c] = from[3 * x + 2 - c];
    } else {
      std::uint32_t v = 0;
      for (std::size_t i = 0; i < bytes; ++i) v |= std::uint32_t(from[x * bytes + i]) << 8 * i;
      for (std::size_t c = 0; c < 3; ++c) to[c] = values_[c][(v & layout_.masks[c]) >> shift_[c]];
    }
  }
}

std::size_t bmp_reader::bytes_needed(const picture_header& h) noexcept {
  return arena::rounded(3 * std::size_t(h.width) + kernels::padding);
}

}  // namespace troupe
