// The fast JPEG decoder beside libjpeg on arbitrary bytes: whatever it delivers libjpeg delivers, too, without a
// complaint and with the same pixels. A WebP is decoded, or is said to be damaged. The first four bytes choose the part
// and its size, the others are the file.
#include <troupe/augment/picture_header.hpp>
#include <troupe/augment/webp_reader.hpp>

#include <cstdio>
#include <cstdlib>

#include "../augment/decoders.hpp"

namespace {

void read_webp(const bytes& file, const troupe::picture_header& h, const troupe::rect& part) {
  static troupe::arena memory;
  static troupe::webp_reader reader;
  for (const bool strict : {true, false}) {
    memory.reset(troupe::webp_reader::bytes_needed(h));
    if (reader.open(file, h, part, strict, memory)) continue;
    unsigned sum = 0;
    for (int y = 0; y < part.height; ++y) {
      const troupe::pixel_row row = reader.next();
      for (int x = 0; x < 3 * part.width; ++x) sum += row.plane[0][x];
    }
    if (sum > 255U * 3 * unsigned(part.height) * unsigned(part.width) || reader.next()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static decoders both;
  if (size < 4) return 0;
  const bytes file(data + 4, data + size);  // of its exact size, so that AddressSanitizer guards its end
  const auto h = troupe::read_header(file, {.strict = false, .max_side = 512, .max_pixels = 1 << 15});
  if (h.bad || h.format == troupe::picture_format::png) return 0;
  const bool webp = h.format == troupe::picture_format::webp;
  const int shrink = data[3] % 2 == 0 && !webp ? 2 : 1;
  const int height = (h.height + shrink - 1) / shrink, width = (h.width + shrink - 1) / shrink;
  troupe::rect part;
  part.top = data[0] * height / 256;
  part.left = data[1] * width / 256;
  part.height = 1 + data[2] * (height - part.top) / 256;
  part.width = 1 + data[3] * (width - part.left) / 256;
  if (webp) {
    read_webp(file, h, part);
    return 0;
  }
  const std::string broken = both.broken_word(file, part, nullptr, shrink);
  if (broken.empty()) return 0;
  std::fprintf(stderr, "%s: part %d %d %d %d of %dx%d at 1/%d\n", broken.c_str(), part.top, part.left, part.height,
               part.width, h.height, h.width, shrink);
  std::abort();
}
