// The walks over markers and chunks on arbitrary bytes: what they accept is within the limits and says so of itself,
// what they refuse has a reason, and a lenient reader takes whatever a strict one does. The first four bytes choose the
// limits, the others are the file.
#include <troupe/augment/baseline_frame.hpp>
#include <troupe/augment/baseline_reader.hpp>
#include <troupe/augment/bmp_reader.hpp>
#include <troupe/augment/gif_reader.hpp>
#include <troupe/augment/jpeg_reader.hpp>
#include <troupe/augment/png_reader.hpp>
#include <troupe/augment/tiff_reader.hpp>
#include <troupe/augment/webp_reader.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

using namespace troupe;

namespace {

using bytes = std::vector<std::uint8_t>;

void law(bool held, const char* what) {
  if (held) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

/// What a worker sets aside before it decodes.
std::size_t announced_bytes(const picture_header& h) {
  switch (h.format) {
    case picture_format::png: return png_reader::bytes_needed(h);
    case picture_format::webp: return webp_reader::bytes_needed(h);
    case picture_format::gif: return gif_reader::bytes_needed(h);
    case picture_format::bmp: return bmp_reader::bytes_needed(h);
    case picture_format::tiff: return tiff_reader::bytes_needed(h);
    default: return std::max(jpeg_reader::bytes_needed(h), baseline_reader::bytes_needed(h));
  }
}

void check_accepted(const bytes& file, const picture_header& h, const decode_options& options) {
  law(h.format != picture_format::unknown, "an accepted picture has a format");
  law(h.height >= 1 && h.width >= 1, "an accepted picture has pixels");
  law(h.height <= options.max_side && h.width <= options.max_side, "its sides are within the limit");
  law(std::uint64_t(h.height) * std::uint64_t(h.width) <= options.max_pixels, "its pixels are within the limit");
  const bool tiff = h.format == picture_format::tiff;
  law(h.components >= 1 && h.components <= (tiff ? 16 : 4), "it has 1 to 4 components, a TIFF up to 16");
  law(h.orientation >= 1 && h.orientation <= (options.exif_orientation ? 8 : 1), "it has an orientation");
  law(h.coded_at <= file.size() && h.coded_bytes <= file.size() - h.coded_at, "its bitstream lies in the file");
  if (h.format == picture_format::jpeg) {
    law(h.scans >= 1 && h.scans <= options.max_scans, "its scans are within the limit");
    for (std::size_t c = 0; c < 4; ++c)
      law(h.across[c] >= 1 && h.across[c] <= 4 && h.down[c] >= 1 && h.down[c] <= 4, "its factors are 1 to 4");
  }
  // In whole MCUs of 32 x 32. A lossless WebP may come with tables of 20 KiB: a thousand, or one for 4 x 4 pixels.
  const std::size_t pixels = (std::size_t(h.height) + 31) / 32 * ((std::size_t(h.width) + 31) / 32) * 1024;
  const bool webp = h.format == picture_format::webp;
  const std::size_t base = std::size_t{webp ? 32U : 1U} << 20, each = webp ? 2048 : 24;
  // The tiles of a TIFF may be larger than its picture.
  const std::size_t tiles = tiff ? (std::size_t{1} << 20) + 8 * h.band_bytes + 40 * (pixels + file.size()) : 0;
  law(announced_bytes(h) <= base + each * pixels + tiles, "memory follows from the pixels");
}

picture_header read(const bytes& file, const decode_options& options) {
  picture_header h = read_header(file, options);
  switch (h.bad.reason) {
    case fault::none: check_accepted(file, h, options); break;
    case fault::unsupported:
    case fault::truncated:
    case fault::corrupt:
    case fault::too_large:
    case fault::empty: law(!h.bad.detail.empty(), "a refusal says why"); break;
    default: law(false, "a refusal has a reason that lies in the file");
  }
  return h;
}

void check_baseline(const bytes& file, const picture_header& h) {
  const auto frame = read_baseline(file);
  if (!frame) return;
  const auto inside = [&](const std::uint8_t* from, std::size_t n) {
    return from >= file.data() && n <= file.size() && from <= file.data() + file.size() - n;
  };
  law(inside(frame->scan.data(), frame->scan.size()), "the scan lies in the file");
  for (std::size_t c = 0; c < std::size_t(frame->components); ++c) {
    const auto& of = frame->of[c];
    law(inside(of.quantisation, 64), "the steps lie in the file");
    law(inside(of.dc.data(), of.dc.size()) && inside(of.ac.data(), of.ac.size()), "the codes lie in the file");
  }
  if (h.bad || h.format != picture_format::jpeg) return;
  law(frame->height == h.height && frame->width == h.width && frame->components == h.components,
      "both readers of markers see the same picture");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const bytes file(data + 4, data + size);  // of its exact size, so that AddressSanitizer guards its end
  decode_options options{.max_side = 64 * (data[0] + 1),
                         .max_pixels = std::uint64_t{1} << (10 + data[1] % 17),
                         .max_scans = 1 + data[2] % 100,
                         .exif_orientation = data[3] % 2 == 1,
                         .also = {true, true, true}};
  const picture_header strict = read(file, options);
  options.strict = false;
  const picture_header lenient = read(file, options);
  if (!strict.bad) {
    law(!lenient.bad, "what strict reading accepts lenient reading accepts");
    law(strict.upright() == lenient.upright() && strict.components == lenient.components &&
            strict.multi_scan == lenient.multi_scan && strict.coded_bytes == lenient.coded_bytes,
        "… and sees the same in it");
  }
  check_baseline(file, lenient);
  const int orientation = exif_orientation(file);
  law(orientation >= 1 && orientation <= 8, "an orientation is one of eight");
  return 0;
}
