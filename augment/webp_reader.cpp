#include <troupe/augment/webp_reader.hpp>

#include <troupe/augment/kernels.hpp>
#include <troupe/augment/pages.hpp>

#include <webp/decode.h>

#include <algorithm>
#include <cstring>

namespace troupe {

namespace {

/// What is decoded for a part. A lossy picture has its chroma at half size, which libwebp interpolates between the two
/// nearest samples, and repeats at the edges of what it decodes: one pixel more on each side, from an even origin,
/// where libwebp puts it anyway.
rect with_neighbours(const rect& part, const picture_header& h) noexcept {
  if (h.lossless) return part;
  rect r;
  r.top = std::max(0, part.top - 1) & ~1;
  r.left = std::max(0, part.left - 1) & ~1;
  r.height = std::min(h.height, part.top + part.height + 1) - r.top;
  r.width = std::min(h.width, part.left + part.width + 1) - r.left;
  return r;
}

failure verdict(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OK: return {};
    case VP8_STATUS_OUT_OF_MEMORY: return {fault::too_large, "libwebp: the system has no memory left"};
    case VP8_STATUS_UNSUPPORTED_FEATURE: return {fault::unsupported, "libwebp: a feature that it does not read"};
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA: return {fault::truncated, "libwebp: the bitstream ends before the image does"};
    default: return {fault::corrupt, "libwebp: the bitstream is damaged"};
  }
}

}  // namespace

failure webp_reader::open(std::span<const std::uint8_t> bytes, const picture_header& h, const rect& part, bool strict,
                          arena& memory) {
  const rect decoded = with_neighbours(part, h);
  stride_ = 3 * std::size_t(decoded.width);
  const std::size_t size = stride_ * std::size_t(decoded.height);
  auto* pixels = memory.take_array<std::uint8_t>(size + kernels::padding);
  auto* stand_in = memory.take_array<std::uint8_t>(h.decoder_bytes);
  if (!pixels || !stand_in) return {fault::too_large, "the system has no memory left to decode it"};
  empty_pages(stand_in, h.decoder_bytes);
  if (!strict) std::memset(pixels, 0, size);

  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) return {fault::io, "libwebp is older than its headers"};
  config.options.use_cropping = 1;
  config.options.crop_left = decoded.left;
  config.options.crop_top = decoded.top;
  config.options.crop_width = decoded.width;
  config.options.crop_height = decoded.height;
  config.output.colorspace = MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {pixels, int(stride_), size};
  const auto coded = bytes.subspan(h.coded_at, h.coded_bytes);
  failure bad = verdict(WebPDecode(coded.data(), coded.size(), &config));
  complained_ = bool(bad);
  if (bad && (strict || std::all_of(pixels, pixels + size, [](std::uint8_t v) { return v == 0; }))) return bad;
  row_ = pixels + std::size_t(part.top - decoded.top) * stride_ + 3 * std::size_t(part.left - decoded.left);
  left_ = part.height;
  return {};
}

std::size_t webp_reader::bytes_needed(const picture_header& h) noexcept {
  return arena::rounded(3 * std::size_t(h.width) * std::size_t(h.height) + kernels::padding) +
         arena::rounded(h.decoder_bytes);
}

}  // namespace troupe
