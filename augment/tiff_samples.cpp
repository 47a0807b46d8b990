#include <troupe/augment/tiff_samples.hpp>

#include <algorithm>
#include <cstring>

namespace troupe {

namespace {

std::uint8_t clipped(int v) noexcept { return std::uint8_t(std::clamp(v, 0, 255)); }

/// Rec. 601 over the whole range (JFIF 1.02), in 16 bits of fraction.
void to_rgb(int y, int cb, int cr, std::uint8_t* rgb) noexcept {
  cb -= 128;
  cr -= 128;
  rgb[0] = clipped(y + ((91881 * cr + 32768) >> 16));
  rgb[1] = clipped(y + ((-22554 * cb - 46802 * cr + 32768) >> 16));
  rgb[2] = clipped(y + ((116130 * cb + 32768) >> 16));
}

}  // namespace

tiff_samples::tiff_samples(const tiff_page& page)
    : colours_(page.colours),
      subsampled_(page.colours == tiff_colours::ycbcr && page.compression != tiff_page::jpeg),
      planar_(page.planar),
      premultiplied_(page.premultiplied),
      bits_(std::size_t(page.bits)),
      samples_(std::size_t(page.samples)),
      row_bytes_(page.row_bytes()),
      unit_bytes_(page.unit_bytes()),
      subsampling_(page.subsampling),
      by_index_(page.palette) {
  if (colours_ == tiff_colours::palette) return;
  const int most = page.bits < 8 ? (1 << page.bits) - 1 : 255;
  for (int i = 0; i <= most; ++i) {
    const int grey = i * 255 / most;
    by_index_[std::size_t(i)].fill(std::uint8_t(colours_ == tiff_colours::white_is_zero ? 255 - grey : grey));
  }
}

std::uint8_t tiff_samples::sample(const std::uint8_t* row, std::size_t x, std::size_t c) const noexcept {
  const std::size_t i = planar_ ? x : x * samples_ + c;
  if (planar_) row += c * unit_bytes_;
  if (bits_ == 8) return row[i];
  if (bits_ == 16) {  // as this machine has them
    std::uint16_t v = 0;
    std::memcpy(&v, row + 2 * i, 2);
    return std::uint8_t(v >> 8);
  }
  const std::size_t at = i * bits_;
  return std::uint8_t(row[at / 8] >> (8 - bits_ - at % 8) & ((1 << bits_) - 1));
}

// A block has its luma row by row, then one sample of each chroma (TIFF 6.0, section 21).
void tiff_samples::chroma(const std::uint8_t* unit, int y, int x, std::uint8_t* rgb) const noexcept {
  const auto [across, down] = subsampling_;
  const std::uint8_t* block = unit + std::size_t(y / down) * row_bytes_ + std::size_t(x / across * (across * down + 2));
  to_rgb(block[y % down * across + x % across], block[across * down], block[across * down + 1], rgb);
}

void tiff_samples::convert(const std::uint8_t* unit, int y, int from, int to, std::uint8_t* rgb) const noexcept {
  if (subsampled_) {
    for (int x = from; x < to; ++x, rgb += 3) chroma(unit, y, x, rgb);
    return;
  }
  const std::uint8_t* row = unit + std::size_t(y) * row_bytes_;
  for (auto x = std::size_t(from); x < std::size_t(to); ++x, rgb += 3) {
    std::size_t alpha_at = 3;
    if (colours_ == tiff_colours::cmyk) {
      const int white = 255 - sample(row, x, 3);
      for (std::size_t c = 0; c < 3; ++c) rgb[c] = std::uint8_t(((255 - sample(row, x, c)) * white + 127) / 255);
      continue;
    }
    if (colours_ == tiff_colours::rgb || colours_ == tiff_colours::ycbcr) {
      for (std::size_t c = 0; c < 3; ++c) rgb[c] = sample(row, x, c);
    } else {
      std::memcpy(rgb, by_index_[sample(row, x, 0)].data(), 3);
      alpha_at = 1;
    }
    if (!premultiplied_) continue;
    if (const int alpha = sample(row, x, alpha_at); alpha > 0)
      for (std::size_t c = 0; c < 3; ++c) rgb[c] = std::uint8_t(std::min(255, 255 * rgb[c] / alpha));
  }
}

}  // namespace troupe
